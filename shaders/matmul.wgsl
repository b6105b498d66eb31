// Products of matrices of any strides, counted in elements; as it stands, of float32.
//
// An invocation computes 4 rows of 4 neighbouring elements. Rows, columns and matrices past the last one repeat it and
// store the same again, so nothing branches but the loops. Terms are added up in parts, whose rounding errors stay small.

// begin bindings
@group(0) @binding(0) var<storage, read> in0: array<f32>;
@group(0) @binding(1) var<storage, read> in1: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 6>;
// end bindings

// begin types
alias Element = f32;
alias Lanes = vec4<f32>;

fn add(x: Lanes, y: Lanes) -> Lanes {
    return x + y;
}

fn add_product(sum: Lanes, a: Element, b: Lanes) -> Lanes {
    return sum + a * b;
}

fn row_of_b(at: vec4<u32>) -> Lanes {
    return Lanes(in1[at.x], in1[at.y], in1[at.z], in1[at.w]);
}

fn store(at: vec4<u32>, value: Lanes) {
    out[at.x] = value.x;
    out[at.y] = value.y;
    out[at.z] = value.z;
    out[at.w] = value.w;
}
// end types

struct Tile { row0: Lanes, row1: Lanes, row2: Lanes, row3: Lanes }

// One term more: a column of the left matrix times a row of the right one.
fn step(sum: Tile, a: vec4<u32>, b: vec4<u32>) -> Tile {
    let row = row_of_b(b);
    return Tile(
        add_product(sum.row0, in0[a.x], row), add_product(sum.row1, in0[a.y], row),
        add_product(sum.row2, in0[a.z], row), add_product(sum.row3, in0[a.w], row),
    );
}

// params[0]: last workgroup, workgroups in a row; bits of an invocation's number that count columns, and rows.
// params[1]: last matrix, last row, last column, terms in a part.
// params[2]: terms, workgroups along the columns of a matrix, and along its rows, zero.
// params[3]: of the left matrices offset, and strides of matrices, rows, terms.
// params[4]: of the right matrices offset, and strides of matrices, terms, columns.
// params[5]: of the result offset, and strides of matrices and rows.
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let workgroup = min(group.y * params[0].y + group.x, params[0].x);
    let below = workgroup / params[2].y;
    let bits = params[0].zw;
    let x = ((workgroup % params[2].y) << bits.x) + (invocation & ((1u << bits.x) - 1u));
    let y = ((below % params[2].z) << bits.y) + ((invocation >> bits.x) & ((1u << bits.y) - 1u));
    let z = ((below / params[2].z) << (6u - bits.x - bits.y)) + (invocation >> (bits.x + bits.y));
    let matrix = min(z, params[1].x);
    let rows = min(vec4<u32>(y * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params[1].y));
    let columns = min(vec4<u32>(x * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(params[1].z));

    var a = vec4<u32>(params[3].x + matrix * params[3].y) + rows * params[3].z;
    var b = vec4<u32>(params[4].x + matrix * params[4].y) + columns * params[4].w;
    let a_step = vec4<u32>(params[3].w);
    let b_step = vec4<u32>(params[4].z);
    var total = Tile();
    for (var left = params[2].x; left > 0u;) {
        var count = min(left, params[1].w);
        left -= count;
        var sum = Tile();
        for (; count > 0u; count -= 1u) {
            sum = step(sum, a, b);
            a += a_step;
            b += b_step;
        }
        total = Tile(
            add(total.row0, sum.row0), add(total.row1, sum.row1),
            add(total.row2, sum.row2), add(total.row3, sum.row3),
        );
    }

    let to = vec4<u32>(params[5].x + matrix * params[5].y) + rows * params[5].z;
    store(vec4<u32>(to.x) + columns, total.row0);
    store(vec4<u32>(to.y) + columns, total.row1);
    store(vec4<u32>(to.z) + columns, total.row2);
    store(vec4<u32>(to.w) + columns, total.row3);
}
