// First pass of the compaction of a mask: how many elements of each chunk are true.
//
// Counts, their scan (scan.wgsl, of uint32 sums), then places (compact.wgsl), after Blelloch, "Prefix sums and their
// applications", 1990. An invocation walks one chunk, whose length is a multiple of 16; those past the last repeat it.

@group(0) @binding(0) var<storage, read> mask: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
@group(0) @binding(2) var<uniform> params: array<vec4<u32>, 2>;

// begin constants
const WORKGROUP: u32 = 8u;
// end constants

// Bytes of the mask are 0 or 1, four to a word; what lies behind the last one is not known.
// params[0]: last chunk of this dispatch, workgroups in a row, length of a chunk, first chunk of this dispatch.
// params[1]: element at which the binding of the mask begins, elements of the whole mask; zeros.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let worker = (group.y * params[0].y + group.x) * WORKGROUP + invocation;
    let chunk = min(params[0].w + worker, params[0].x);
    let start = chunk * params[0].z;
    var at = start - params[1].x;
    let end = at + min(params[0].z, params[1].y - start);

    var bits = vec4<u32>(0u);
    for (; at + 16u <= end; at += 16u) {
        bits += countOneBits(mask[at >> 4u]);
    }
    var count = bits.x + bits.y + bits.z + bits.w;
    for (; at < end; at++) {
        count += (mask[at >> 4u][(at >> 2u) & 3u] >> ((at & 3u) * 8u)) & 1u;
    }
    counts[chunk] = count;
}
