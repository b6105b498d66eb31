// First step of the sort: puts stretches of each row in order.
//
// Each invocation orders RUN neighbours in its registers, by exchanging those that are the wrong way round (odd-even
// transposition: Habermann, Parallel Neighbor-Sort, 1972); equal ones never pass each other. Then SPAN invocations
// merge theirs in workgroup memory, as sort_merge.wgsl does. SPAN is 1 on software devices, to which that memory is like any
// other. RUN is even.
// As it stands, uint32 elements with their positions.

// begin constants
const WORKGROUP: u32 = 128u;
const RUN: u32 = 8u;
const SPAN: u32 = 128u;
// end constants

// begin bindings
alias Element = u32;
alias Key = u32;
@group(0) @binding(0) var<storage, read> elements: array<u32>;
@group(0) @binding(1) var<storage, read_write> elements_out: array<Element>;
@group(0) @binding(2) var<storage, read_write> indices_out: array<u32>;
@group(0) @binding(3) var<uniform> params: array<vec4<u32>, 2>;
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
    indices_out[to] = column;
}
// end functions

// The invocation's own.
var<private> keys: array<Key, RUN>;
var<private> columns: array<u32, RUN>;
// Those of all.
var<workgroup> all_keys: array<Key, WORKGROUP * RUN>;
var<workgroup> all_columns: array<u32, WORKGROUP * RUN>;

fn order(first: u32) {
    let a = keys[first];
    let b = keys[first + 1u];
    let i = columns[first];
    let j = columns[first + 1u];
    let wrong = is_less(b, a);
    keys[first] = select(a, b, wrong);
    keys[first + 1u] = select(b, a, wrong);
    columns[first] = select(i, j, wrong);
    columns[first + 1u] = select(j, i, wrong);
}

// Makes the invocation's elements those that are at its place when pairs of stretches of `width` are merged.
fn merge(invocation: u32, width: u32) {
    let first = invocation * RUN;
    let a = first / (2u * width) * (2u * width);
    let b = a + width;
    let before = first - a;
    var low = max(before, width) - width;
    var high = min(before, width);
    while low < high {
        let middle = (low + high) / 2u;
        if is_less(all_keys[b + before - 1u - middle], all_keys[a + middle]) {
            high = middle;
        } else {
            low = middle + 1u;
        }
    }
    var i = a + low;
    var j = b + before - low;
    for (var k = 0u; k < RUN; k++) {
        let left = all_keys[min(i, b - 1u)];
        let right = all_keys[min(j, b + width - 1u)];
        let takes_left = i < b && (j >= b + width || !is_less(right, left));
        keys[k] = select(right, left, takes_left);
        columns[k] = all_columns[select(j, i, takes_left)];
        i += u32(takes_left);
        j += u32(!takes_left);
    }
}

// params[0]: last workgroup, workgroups in a row of the dispatch, length of a row, stretches of a row.
// params[1]: stretches of all rows, place of the first row, column of its first element.
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let number = min(group.y * params[0].y + group.x, params[0].x);
    // Those past the end repeat the last stretch.
    let stretch = min(number * (WORKGROUP / SPAN) + invocation / SPAN, params[1].x - 1u);
    let origin = params[1].y + stretch / params[0].w * params[0].z;
    let first = (stretch % params[0].w * SPAN + invocation % SPAN) * RUN;
    let last = params[0].z - 1u;
    for (var k = 0u; k < RUN; k++) {
        let column = first + k;
        let key = key_of(load(origin + min(column, last)));
        // Past the end of the row nothing is less than the row's elements, so it stays there.
        keys[k] = select(key, Key(0xffffffffu), column > last);
        columns[k] = column;
    }
    for (var round = 0u; round < RUN / 2u; round++) {
        for (var k = 0u; k < RUN; k += 2u) {
            order(k);
        }
        for (var k = 1u; k + 1u < RUN; k += 2u) {
            order(k);
        }
    }
    for (var width = RUN; width < SPAN * RUN; width *= 2u) {
        workgroupBarrier();
        for (var k = 0u; k < RUN; k++) {
            all_keys[invocation * RUN + k] = keys[k];
            all_columns[invocation * RUN + k] = columns[k];
        }
        workgroupBarrier();
        merge(invocation, width);
    }
    for (var k = 0u; k < RUN; k++) {
        if first + k <= last {
            let position = origin + columns[k];
            move_element(position, params[1].z + columns[k], load(position), origin + first + k);
        }
    }
}
