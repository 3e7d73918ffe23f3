import PluginKit

/// How many tokens a text may have, without the model's tokenizer: one for every four ASCII characters begun, one for
/// every other code point.
///
/// Tokenizers of today make fewer of English and SQL (about four characters a token), and about one of a character of most
/// other scripts.
enum TokenEstimate {
    /// What a chat template adds to a message: its markers and its role.
    static let perMessage = 4

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

    static func tokens(_ messages: [ChatMessage]) -> Int {
        messages.reduce(0) { $0 + tokens($1.content) + perMessage }
    }
}
