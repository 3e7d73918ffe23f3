@_spi(_Unicode) import Swift

/// The canonical form of a text, defined in the plugin's README.
///
/// 1. Remove what cannot be seen. 2. White space runs become one space, none at the ends. 3. Unicode NFC.
/// In this order each step leaves nothing to do for the ones before it, so the form of a form is itself.
enum CanonicalForm {
    static func of(_ text: String, keepingLineBreaks: Bool) -> String {
        var kept = String.UnicodeScalarView()
        var pendingSpace: Unicode.Scalar?
        for scalar in text.unicodeScalars where !isRemoved(scalar) {
            if isWhiteSpace(scalar) {
                let breaks = keepingLineBreaks && (isLineBreak(scalar) || pendingSpace == "\n")
                pendingSpace = breaks ? "\n" : " "
                continue
            }
            if let space = pendingSpace, !kept.isEmpty { kept.append(space) }
            pendingSpace = nil
            kept.append(scalar)
        }
        var normalized = String.UnicodeScalarView()
        // The standard library's own normaliser: a new version of Unicode never changes the NFC of assigned characters
        // (Unicode Standard Annex 15, section 3), so neither does a new toolchain.
        for scalar in String(kept)._nfc { normalized.append(scalar) }
        return String(normalized)
    }

    /// Whether the bytes are visible ASCII with single spaces between, and so canonical as they are.
    static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var previous = UInt8(ascii: " ")
        for byte in bytes {
            guard byte >= 0x20, byte < 0x7F, byte != 0x20 || previous != 0x20 else { return false }
            previous = byte
        }
        return bytes.isEmpty || previous != 0x20
    }

    /// The 25 characters with the property White_Space (Unicode PropList.txt), written out so that no table can differ.
    static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Control characters that are no white space, and format characters that cannot be seen and say nothing. The
    /// joiners U+200C and U+200D stay: they change what is read.
    static func isRemoved(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x08, 0x0E...0x1F, 0x7F...0x84, 0x86...0x9F: true
        case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF:
            true
        default: false
        }
    }
}
