/// How numbers of a tensor lie in a GGUF file: in blocks of so many, each of so many bytes (llama.cpp's
/// gguf-py/gguf/constants.py, GGML_QUANT_SIZES).
struct GGMLType {
    let count: Int
    let bytes: Int

    /// Nil for a type that is not known here.
    init?(rawValue: UInt32) {
        switch rawValue {
        case 0, 26: (count, bytes) = (1, 4)  // F32, I32
        case 1, 25, 30: (count, bytes) = (1, 2)  // F16, I16, BF16
        case 24: (count, bytes) = (1, 1)  // I8
        case 27, 28: (count, bytes) = (1, 8)  // I64, F64
        case 2, 20: (count, bytes) = (32, 18)  // Q4_0, IQ4_NL
        case 3: (count, bytes) = (32, 20)  // Q4_1
        case 6: (count, bytes) = (32, 22)  // Q5_0
        case 7: (count, bytes) = (32, 24)  // Q5_1
        case 8: (count, bytes) = (32, 34)  // Q8_0
        case 10: (count, bytes) = (256, 84)  // Q2_K
        case 11, 21: (count, bytes) = (256, 110)  // Q3_K, IQ3_S
        case 12: (count, bytes) = (256, 144)  // Q4_K
        case 13: (count, bytes) = (256, 176)  // Q5_K
        case 14: (count, bytes) = (256, 210)  // Q6_K
        case 16: (count, bytes) = (256, 66)  // IQ2_XXS
        case 17: (count, bytes) = (256, 74)  // IQ2_XS
        case 18: (count, bytes) = (256, 98)  // IQ3_XXS
        case 19: (count, bytes) = (256, 50)  // IQ1_S
        case 22: (count, bytes) = (256, 82)  // IQ2_S
        case 23: (count, bytes) = (256, 136)  // IQ4_XS
        case 29: (count, bytes) = (256, 56)  // IQ1_M
        default: return nil
        }
    }
}
