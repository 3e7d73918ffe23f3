/// How many tokens a text may have, without the model's tokenizer: one for every four ASCII characters begun, one for
/// every other code point.
enum TokenEstimate {
    static func tokens(_ text: String) -> Int {
        var ascii = 0
        var others = 0
        for byte in text.utf8 {
            if byte < 0x80 {
                ascii += 1
            } else if byte >= 0xC0 {
                others += 1
            }
        }
        return (ascii + 3) / 4 + others
    }
}
