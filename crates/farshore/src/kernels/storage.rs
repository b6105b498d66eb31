//! How WGSL reads and writes four elements of each dtype. Storage is NumPy's bit for bit: 8-bit elements lie four
//! to a word, 16-bit ones two.

use crate::dtype::{Compute, DType};

/// The type that four lanes of `dtype` have while they are computed with.
pub fn lanes_type(dtype: DType) -> String {
    match dtype.compute() {
        Compute::C64 => "C64".into(),
        Compute::C128 => "C128".into(),
        compute => format!("vec4<{}>", compute.name()),
    }
}

/// The element type of a buffer that is read or written in whole blocks; `long` ones are two words of 64 bits where a
/// block has as many.
pub fn block_type(dtype: DType, long: bool) -> &'static str {
    match (dtype.size(), dtype.compute()) {
        (4, _) if long => "vec2<u64>",
        (2, _) if long => "u64",
        (1, _) => "u32",
        (2, _) => "vec2<u32>",
        (_, Compute::I32) => "vec4<i32>",
        (_, Compute::U32) => "vec4<u32>",
        (_, Compute::I64) => "vec4<i64>",
        (_, Compute::U64) => "vec4<u64>",
        (_, Compute::F64) => "vec4<f64>",
        (_, Compute::C128) => "vec2<f64>",
        // float32, and complex64 in pairs
        _ => "vec4<f32>",
    }
}

/// The element type of a buffer whose elements are found one by one.
pub fn element_type(dtype: DType) -> &'static str {
    match (dtype.size(), dtype.compute()) {
        (1 | 2, _) | (_, Compute::U32) => "u32",
        (_, Compute::I32) => "i32",
        (_, Compute::I64) => "i64",
        (_, Compute::U64) => "u64",
        (_, Compute::F64) => "f64",
        (_, Compute::C64) => "vec2<f32>",
        (_, Compute::C128) => "vec2<f64>",
        _ => "f32",
    }
}

/// Four lanes from the block of `buffer` that `block` names, of the type that [`block_type`] gives.
pub fn load_block(dtype: DType, buffer: &str, block: &str, long: bool) -> String {
    let word = format!("{buffer}[{block}]");
    match dtype {
        DType::Float16 if long => format!("from_words_f16({})", halves(&word)),
        DType::Uint16 | DType::Int16 if long => {
            let two = halves(&word);
            decode(dtype, &format!("vec4<u32>({two}, {two} >> vec2<u32>(16u)).xzyw"))
        }
        _ if long && dtype.size() == 4 => {
            let bits = format!("unpack_block({word})");
            if dtype == DType::Uint32 { bits } else { format!("bitcast<{}>({bits})", lanes_type(dtype)) }
        }
        DType::Bool => format!("unpack4xU8({word}) != vec4<u32>(0u)"),
        DType::Uint8 => format!("unpack4xU8({word})"),
        DType::Int8 => format!("unpack4xI8({word})"),
        DType::Float16 => format!("from_words_f16({word})"),
        DType::Uint16 | DType::Int16 => {
            let raw = format!("vec4<u32>({word}.x, {word}.x >> 16u, {word}.y, {word}.y >> 16u)");
            decode(dtype, &raw)
        }
        DType::Complex64 => {
            let [low, high] = ["0u", "1u"].map(|k| format!("{buffer}[{block} * 2u + {k}]"));
            format!(
                "C64(vec4<f32>({low}.x, {low}.z, {high}.x, {high}.z), vec4<f32>({low}.y, {low}.w, {high}.y, {high}.w))"
            )
        }
        DType::Complex128 => {
            gather(dtype, buffer, &["0u", "1u", "2u", "3u"].map(|k| format!("{block} * 4u + {k}")))
        }
        _ => word,
    }
}

/// The two 32-bit words of one of 64 bits.
fn halves(word: &str) -> String {
    format!("vec2<u32>(u32({word}), u32({word} >> 32u))")
}

/// Four lanes from the elements at the four positions in `at`, a `vec4<u32>`.
pub fn load_elements(dtype: DType, buffer: &str, at: &str) -> String {
    let each = ["x", "y", "z", "w"].map(|lane| format!("{at}.{lane}"));
    match dtype.size() {
        1 => {
            let words = each.map(|at| format!("{buffer}[{at} >> 2u]")).join(", ");
            decode(dtype, &format!("(vec4<u32>({words}) >> (({at} & vec4<u32>(3u)) << vec4<u32>(3u)))"))
        }
        2 => {
            let words = each.map(|at| format!("{buffer}[{at} >> 1u]")).join(", ");
            decode(dtype, &format!("(vec4<u32>({words}) >> (({at} & vec4<u32>(1u)) << vec4<u32>(4u)))"))
        }
        _ => gather(dtype, buffer, &each),
    }
}

/// Four lanes that all hold the element at position `at`, a `u32`.
pub fn load_splat(dtype: DType, buffer: &str, at: &str) -> String {
    match dtype.size() {
        1 => decode(dtype, &format!("vec4<u32>({buffer}[{at} >> 2u] >> (({at} & 3u) << 3u))")),
        2 => decode(dtype, &format!("vec4<u32>({buffer}[{at} >> 1u] >> (({at} & 1u) << 4u))")),
        _ => gather(dtype, buffer, &[at, at, at, at].map(String::from)),
    }
}

fn gather(dtype: DType, buffer: &str, at: &[String; 4]) -> String {
    let all = |part: &str| at.iter().map(|at| format!("{buffer}[{at}]{part}")).collect::<Vec<_>>().join(", ");
    match dtype.compute() {
        Compute::C64 => format!("C64(vec4<f32>({}), vec4<f32>({}))", all(".x"), all(".y")),
        Compute::C128 => format!("C128(vec4<f64>({}), vec4<f64>({}))", all(".x"), all(".y")),
        _ => format!("{}({})", lanes_type(dtype), all("")),
    }
}

/// Lanes from the low bits of four words.
fn decode(dtype: DType, raw: &str) -> String {
    match dtype {
        DType::Bool => format!("({raw} & vec4<u32>(0xffu)) != vec4<u32>(0u)"),
        DType::Uint8 => format!("({raw} & vec4<u32>(0xffu))"),
        DType::Uint16 => format!("({raw} & vec4<u32>(0xffffu))"),
        DType::Int8 => format!("(bitcast<vec4<i32>>({raw} << vec4<u32>(24u)) >> vec4<u32>(24u))"),
        DType::Int16 => format!("(bitcast<vec4<i32>>({raw} << vec4<u32>(16u)) >> vec4<u32>(16u))"),
        _ => format!("from_bits_f16({raw} & vec4<u32>(0xffffu))"),
    }
}

/// Statements that store the lanes `value` as block `to`.
pub fn store_block(dtype: DType, value: &str, long: bool) -> String {
    match dtype {
        DType::Float16 if long => format!("out[to] = pack_words(words_f16({value}));"),
        DType::Uint16 | DType::Int16 if long => {
            let raw = encode(dtype, value);
            format!(
                "let raw = {raw};\nout[to] = pack_words(vec2<u32>(raw.x | (raw.y << 16u), raw.z | (raw.w << 16u)));"
            )
        }
        _ if long && dtype.size() == 4 => format!("out[to] = pack_block(bitcast<vec4<u32>>({value}));"),
        DType::Complex64 => format!(
            "out[to * 2u] = vec4<f32>({value}.re.x, {value}.im.x, {value}.re.y, {value}.im.y);\n\
             out[to * 2u + 1u] = vec4<f32>({value}.re.z, {value}.im.z, {value}.re.w, {value}.im.w);"
        ),
        DType::Complex128 => ["x", "y", "z", "w"]
            .iter()
            .enumerate()
            .map(|(k, lane)| {
                format!("out[to * 4u + {k}u] = vec2<f64>({value}.re.{lane}, {value}.im.{lane});\n")
            })
            .collect(),
        DType::Float16 => format!("out[to] = words_f16({value});"),
        _ => match dtype.size() {
            1 => format!(
                "let raw = {};\nout[to] = raw.x | (raw.y << 8u) | (raw.z << 16u) | (raw.w << 24u);",
                encode(dtype, value)
            ),
            2 => format!(
                "let raw = {};\nout[to] = vec2<u32>(raw.x | (raw.y << 16u), raw.z | (raw.w << 16u));",
                encode(dtype, value)
            ),
            _ => format!("out[to] = {value};"),
        },
    }
}

/// Statements that store the lanes of `value` at the positions in `at`, a `vec4<u32>`, each under its condition. Elements narrower than a word are set by two atomics on their own bits, since their neighbours belong to others.
pub fn store_elements(dtype: DType, value: &str, at: &str, condition: &dyn Fn(usize) -> String) -> String {
    let lanes = ["x", "y", "z", "w"].iter().enumerate();
    if dtype.size() >= 4 {
        let part = |lane: &str| match dtype.compute() {
            Compute::C64 => format!("vec2<f32>({value}.re.{lane}, {value}.im.{lane})"),
            Compute::C128 => format!("vec2<f64>({value}.re.{lane}, {value}.im.{lane})"),
            _ => format!("{value}.{lane}"),
        };
        let each =
            lanes.map(|(k, lane)| format!("{}{{ out[{at}.{lane}] = {}; }}\n", condition(k), part(lane)));
        return each.collect();
    }
    let (word, low, shift, mask) = if dtype.size() == 1 { (2, 3, 3, "0xffu") } else { (1, 1, 4, "0xffffu") };
    let each = lanes.map(|(k, lane)| {
        format!(
            "{}{{\n    \
                 let shift = ({at}.{lane} & {low}u) << {shift}u;\n    \
                 atomicAnd(&out[{at}.{lane} >> {word}u], ~({mask} << shift));\n    \
                 atomicOr(&out[{at}.{lane} >> {word}u], raw.{lane} << shift);\n}}\n",
            condition(k)
        )
    });
    format!("let raw = {};\n{}", encode(dtype, value), each.collect::<String>())
}

/// Four words whose low bits are the stored elements and whose other bits are 0.
fn encode(dtype: DType, value: &str) -> String {
    match dtype {
        DType::Bool => format!("select(vec4<u32>(0u), vec4<u32>(1u), {value})"),
        DType::Int8 => format!("bitcast<vec4<u32>>({value}) & vec4<u32>(0xffu)"),
        DType::Int16 => format!("bitcast<vec4<u32>>({value}) & vec4<u32>(0xffffu)"),
        DType::Float16 => format!("bits_f16({value})"),
        _ => value.into(),
    }
}

/// Lanes of `yes` where `condition` holds, else those of `no`.
pub fn select(dtype: DType, no: &str, yes: &str, condition: &str) -> String {
    let part = |part: &str| format!("select({no}{part}, {yes}{part}, {condition})");
    match dtype.compute() {
        Compute::C64 | Compute::C128 => format!("{}({}, {})", lanes_type(dtype), part(".re"), part(".im")),
        _ => part(""),
    }
}

/// The text of a kernel, with float16 packed and unpacked by WGSL's own functions where `packs`.
pub fn packed(text: String, packs: bool) -> String {
    if !packs {
        return text;
    }
    // `from_bits` and `from_words` end as `bits` and `words` do.
    text.replace("bits_f16(", "bits_packed_f16(").replace("words_f16(", "words_packed_f16(")
}

/// Four lanes of the scalar whose bits start at `words`, the name of a `vec4<u32>`.
pub fn load_scalar(dtype: DType, words: &str) -> String {
    let long = |low: &str, high: &str| format!("(u64({words}.{low}) | (u64({words}.{high}) << 32u))");
    match dtype.compute() {
        Compute::Bool => format!("vec4<u32>({words}.x) != vec4<u32>(0u)"),
        Compute::U32 => format!("vec4<u32>({words}.x)"),
        Compute::I32 => format!("vec4<i32>(bitcast<i32>({words}.x))"),
        Compute::F32 => format!("vec4<f32>(bitcast<f32>({words}.x))"),
        Compute::U64 => format!("vec4<u64>({})", long("x", "y")),
        Compute::I64 => format!("vec4<i64>(bitcast<i64>({}))", long("x", "y")),
        Compute::F64 => format!("vec4<f64>(bitcast<f64>({}))", long("x", "y")),
        Compute::C64 => {
            format!("C64(vec4<f32>(bitcast<f32>({words}.x)), vec4<f32>(bitcast<f32>({words}.y)))")
        }
        Compute::C128 => {
            let [re, im] = [long("x", "y"), long("z", "w")];
            format!("C128(vec4<f64>(bitcast<f64>({re})), vec4<f64>(bitcast<f64>({im})))")
        }
    }
}
