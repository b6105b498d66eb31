// One step of Gray and Scott's model: u is fed in, v turns it into more of itself and dies, and both spread to their
// neighbours. Two planes of cells lie one behind the other, u and v, and borders meet: the last cell's neighbour is the
// first one. An invocation computes four cells side by side, so that it loads few of their neighbours twice.

@group(0) @binding(0) var<storage, read> before: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> after: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> size: vec2<u32>; // in fours of cells, and rows

const FEED = 0.0545;
const DEATH = 0.062;
const SPREAD = vec2(0.2097, 0.105);

/// How much more the neighbours of `now` have than it has itself.
fn around(now: vec4<f32>, plane: u32, at: vec2<u32>) -> vec4<f32> {
    let west = select(at.x, size.x, at.x == 0) - 1;
    let east = select(at.x + 1, 0, at.x + 1 == size.x);
    let north = select(at.y, size.y, at.y == 0) - 1;
    let south = select(at.y + 1, 0, at.y + 1 == size.y);
    let row = plane + at.y * size.x;
    let sides = vec4(before[row + west].w, now.xyz) + vec4(now.yzw, before[row + east].x);
    return sides + before[plane + north * size.x + at.x] + before[plane + south * size.x + at.x] - 4.0 * now;
}

@compute @workgroup_size(64)
fn react(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= size.x { return; }
    let plane = size.x * size.y;
    let i = id.y * size.x + id.x;
    let u = before[i];
    let v = before[plane + i];
    let turned = u * v * v;
    after[i] = u + SPREAD.x * around(u, 0, id.xy) - turned + FEED * (1.0 - u);
    after[plane + i] = v + SPREAD.y * around(v, plane, id.xy) + turned - (FEED + DEATH) * v;
}
