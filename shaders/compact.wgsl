// Last pass of the compaction of a mask: the true elements, in order; as it stands, their positions as uint32.
//
// An invocation walks one chunk until it has found all of the chunk's true elements. Nothing branches: each element
// stores the last true one seen, at the place that the next true one takes, or, behind the chunk's last true one, at
// that one's own place once more. So the chunks write to no common place.

// begin bindings
@group(0) @binding(0) var<storage, read> mask: array<u32>;
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<E>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 2>;
// end bindings

// begin constants
const WORKGROUP: u32 = 8u;
// end constants

// begin element
alias E = u32;
// end element

struct Cursor {
    // The place of the next true element, and the last true one seen.
    place: u32,
    seen: E,
}

fn take(cursor: Cursor, end: u32, bit: u32, element: E) -> Cursor {
    // Bytes behind the mask may be anything, and follow its last true element.
    let taken = (bit & 1u) != 0u && cursor.place < end;
    let seen = select(cursor.seen, element, taken);
    let place = min(cursor.place, end - 1u);
    // begin store
    out[place] = seen;
    // end store
    return Cursor(cursor.place + u32(taken), seen);
}

// counts: inclusive scan of the chunks' counts.
// params[0]: last chunk of this dispatch, workgroups in a row, length of a chunk, first chunk of this dispatch.
// params[1]: element at which the binding of the mask begins, zero, place at which that of out begins, its length where that
// is not all.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let worker = (group.y * params[0].y + group.x) * WORKGROUP + invocation;
    let chunk = min(params[0].w + worker, params[0].x);
    let first = select(counts[max(chunk, 1u) - 1u], 0u, chunk == 0u);
    let end = counts[chunk];
    var cursor = Cursor(first, E());
    for (var at = chunk * params[0].z - params[1].x; cursor.place < end; at += 4u) {
        let word = mask[at >> 2u];
        // begin elements
        let position = at + params[1].x;
        let one = position;
        let two = position + 1u;
        let three = position + 2u;
        let four = position + 3u;
        // end elements
        cursor = take(cursor, end, word, one);
        cursor = take(cursor, end, word >> 8u, two);
        cursor = take(cursor, end, word >> 16u, three);
        cursor = take(cursor, end, word >> 24u, four);
    }
}
