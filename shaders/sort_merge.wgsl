// Further steps of the sort: merges sorted stretches of a row, each with the next one. Each invocation finds by
// bisection where its part of the result begins in both, and merges from there (Odeh, Green, Mwassi, Shmueli and Birk,
// Merge Path: Parallel Merging Made Simple, 2012). Of equal elements those of the first stretch come first.
// As it stands, uint32 elements with their positions.

// begin constants
const WORKGROUP: u32 = 64u;
// end constants

// begin bindings
alias Element = u32;
alias Key = u32;
@group(0) @binding(0) var<storage, read> elements: array<u32>;
@group(0) @binding(1) var<storage, read> indices: array<u32>;
@group(0) @binding(2) var<storage, read_write> elements_out: array<Element>;
@group(0) @binding(3) var<storage, read_write> indices_out: array<u32>;
@group(0) @binding(4) var<uniform> params: array<vec4<u32>, 2>;
// end bindings

// begin functions
fn load(position: u32) -> Element {
    return elements[position];
}
fn key_of(element: Element) -> Key {
    return element;
}
fn is_less(a: Key, b: Key) -> bool {
    return a < b;
}
// `position` is counted in the whole array, `column` in the row.
fn move_element(position: u32, column: u32, element: Element, to: u32) {
    elements_out[to] = element;
    indices_out[to] = indices[position];
}
// end functions

// params[0]: last workgroup, workgroups in a row of the dispatch, length of a row, parts of a row.
// params[1]: parts of all rows, elements of a part, elements of a sorted stretch, place of the first row.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let number = min(group.y * params[0].y + group.x, params[0].x);
    // Those past the end repeat the last part.
    let part = min(number * WORKGROUP + invocation, params[1].x - 1u);
    let length = params[0].z;
    let origin = params[1].w + part / params[0].w * length;
    let first = part % params[0].w * params[1].y;
    // Both stretches, as places in the row.
    let a = first / (2u * params[1].z) * (2u * params[1].z);
    let b = min(a + params[1].z, length);
    let end = min(b + params[1].z, length);

    // How many of the part's predecessors are of the first stretch.
    let before = first - a;
    var low = max(before, end - b) - (end - b);
    var high = min(before, b - a);
    while low < high {
        let middle = (low + high) / 2u;
        let other = b + before - 1u - middle;
        if is_less(key_of(load(origin + other)), key_of(load(origin + a + middle))) {
            high = middle;
        } else {
            low = middle + 1u;
        }
    }
    var i = a + low;
    var j = b + before - low;
    var left = load(origin + min(i, length - 1u));
    var right = load(origin + min(j, length - 1u));
    let stop = min(first + params[1].y, length);
    for (var to = first; to < stop; to++) {
        let takes_left = i < b && (j >= end || !is_less(key_of(right), key_of(left)));
        let column = select(j, i, takes_left);
        move_element(origin + column, column, select(right, left, takes_left), origin + to);
        let next = load(origin + min(column + 1u, length - 1u));
        left = select(left, next, takes_left);
        right = select(next, right, takes_left);
        i += u32(takes_left);
        j += u32(!takes_left);
    }
}
