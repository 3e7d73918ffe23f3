/// A writing system, as far as its letters lie in blocks of their own.
///
/// Source: <https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt>.
enum Script: String, CaseIterable {
    case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, bengali, tamil, thai, georgian, hangul, kana, han

    /// Where its letters lie.
    var ranges: [ClosedRange<UInt32>] {
        switch self {
        case .latin:
            [
                0x41...0x5A, 0x61...0x7A, 0xAA...0xAA, 0xB5...0xB5, 0xBA...0xBA, 0xC0...0x2FF, 0x1D00...0x1DBF,
                0x1E00...0x1EFF, 0x2071...0x209C, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB6F, 0xFB00...0xFB06,
                0xFF21...0xFF5A,
            ]
        case .greek: [0x370...0x3FF, 0x1F00...0x1FFF]
        case .cyrillic: [0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F]
        case .armenian: [0x531...0x58F, 0xFB13...0xFB17]
        case .hebrew: [0x590...0x5FF, 0xFB1D...0xFB4F]
        case .arabic: [0x600...0x6FF, 0x750...0x77F, 0x870...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFF]
        case .devanagari: [0x900...0x97F, 0xA8E0...0xA8FF]
        case .bengali: [0x980...0x9FF]
        case .tamil: [0xB80...0xBFF]
        case .thai: [0xE00...0xE7F]
        case .georgian: [0x10A0...0x10FF, 0x1C90...0x1CBF, 0x2D00...0x2D2F]
        case .hangul: [0x1100...0x11FF, 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xFFA0...0xFFDC]
        case .kana: [0x3031...0x3035, 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F, 0x1B000...0x1B16F]
        case .han:
            [
                0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
                0x20000...0x3FFFF,
            ]
        }
    }
}

/// Finds letters of other writing systems than those that are allowed.
struct ScriptRule {
    private let ranges: [ClosedRange<UInt32>]

    init(_ scripts: [Script]) {
        ranges = scripts.flatMap(\.ranges)
    }

    /// The first letter that is of none of them. Digits, marks, signs and pictures belong to no writing system.
    func stranger(in text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
                !ranges.contains { $0.contains(scalar.value) }
            default: false
            }
        }
    }
}
