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

    /// Whether a text is plain ASCII without control characters, in canonical form already, as most are.
    ///
    /// Its loops have no branches, so that the compiler takes many bytes at once: some ten times as fast as
    /// ``simple(_:keepingLineBreaks:)``.
    static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return true }
        if first == 0x20 || last == 0x20 { return false }
        var others: UInt8 = 0
        for index in 0..<bytes.count { others |= bytes[index] &- 0x20 <= 0x7E - 0x20 ? 0 : 1 }
        var doubled: UInt8 = 0
        for index in 1..<bytes.count { doubled |= (bytes[index - 1] | bytes[index]) == 0x20 ? 1 : 0 }
        return others | doubled == 0
    }

    /// The canonical form of UTF-8 of which no character can change in NFC, whatever stands beside it; nil for other texts.
    ///
    /// Such are most texts in Latin, Cyrillic, Chinese and Korean letters. The same as ``of(_:keepingLineBreaks:)``, some
    /// thirty times as fast.
    static func simple(_ bytes: UnsafeRawBufferPointer, keepingLineBreaks: Bool) -> [UInt8]? {
        var isSimple = true
        // A run of white space becomes one byte, so the form is never longer.
        let form = [UInt8](unsafeUninitializedCapacity: bytes.count) { form, count in
            var pendingSpace: UInt8?
            var position = 0
            while position < bytes.count {
                let start = position
                if isVisible(bytes[position]) {
                    repeat { position += 1 } while position < bytes.count && isVisible(bytes[position])
                } else {
                    let scalar = next(bytes, &position)
                    if isWhiteSpace(scalar) {
                        let breaks = keepingLineBreaks && (isLineBreak(scalar) || pendingSpace == UInt8(ascii: "\n"))
                        pendingSpace = breaks ? UInt8(ascii: "\n") : UInt8(ascii: " ")
                        continue
                    }
                    if isRemoved(scalar) { continue }
                    guard isStable(scalar) else {
                        isSimple = false
                        return
                    }
                }
                if let space = pendingSpace, count > 0 {
                    form[count] = space
                    count += 1
                }
                pendingSpace = nil
                let run = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(form)[count...]).copyMemory(
                    from: run)
                count += run.count
            }
        }
        return isSimple ? form : nil
    }

    /// Whether a byte is a character of ASCII that can be seen.
    private static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    /// The next character of valid UTF-8.
    private static func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Unicode.Scalar {
        let first = bytes[position]
        position += 1
        guard first >= 0x80 else { return Unicode.Scalar(first) }
        let following = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
        var value = UInt32(first) & (0x3F >> UInt32(following))
        for _ in 0..<following {
            value = value << 6 | UInt32(bytes[position] & 0x3F)
            position += 1
        }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    /// Whether a character is of those that stay in NFC as they are beside any other of them: NFC_Quick_Check is Yes, and
    /// none combines with one before it (Unicode DerivedNormalizationProps.txt). Not all that have it, only large blocks.
    static func isStable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x0300, 0x0400...0x0482, 0x048A...0x052F, 0x200C...0x200D, 0x2010...0x2064, 0x3001...0x3020,
            0x4E00...0x9FFF,
            0xAC00...0xD7A3, 0xFF01...0xFF5E:
            true
        default: false
        }
    }

    /// The 25 characters with the property White_Space (Unicode PropList.txt), written out so that no table can differ.
    static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value > 0x20, scalar.value < 0x7F { return false }
        return switch scalar.value {
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
        if scalar.value >= 0x20, scalar.value < 0x7F { return false }
        return switch scalar.value {
        case 0x00...0x08, 0x0E...0x1F, 0x7F...0x84, 0x86...0x9F: true
        case 0xAD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF:
            true
        default: false
        }
    }
}
