/// Tells a reply that declines to answer from one that merely holds no SQL.
enum Refusal {
    private static let phrases: [StaticString] = [
        "sorry", "i can't", "i cannot", "i can\u{2019}t", "i won't", "i am unable", "i'm unable", "unable to",
        "not able to", "cannot be answered", "can't be answered", "cannot answer", "can't answer", "as an ai",
        "not possible to", "impossible to", "cannot generate", "cannot provide", "can't provide", "can't help",
        "cannot help", "unfortunately", "unanswerable", "does not contain", "doesn't contain", "doesn\u{2019}t contain",
        "not in the database", "insufficient information", "not enough information", "no information",
        "leider", "tut mir leid", "nicht möglich", "désolé", "je ne peux pas", "impossible de", "lo siento", "no puedo",
        "mi dispiace", "non posso", "desculpe", "não posso", "извините", "к сожалению", "не могу",
        "抱歉", "对不起", "无法", "申し訳", "できません", "죄송",
    ]

    /// Whether one of the usual phrases stands in the first 400 bytes.
    static func isStated(in text: [UInt8], _ range: Range<Int>) -> Bool {
        text.holds(phrases, in: range.prefix(400))
    }

    /// Whether more has to be known first: "Once you confirm, I'll send a complete statement."
    static func asksBack(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        text.holds(questions, in: range)
    }

    /// Whether the statements before it are only to find out what the answer is.
    static func asksForResults(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        text.holds(["once i see", "once i know", "share the results", "paste the output"], in: range)
    }

    private static let questions: [StaticString] = [
        "i'll write the", "once you confirm", "once you share", "once you send", "could you send",
        "could you share", "could you provide", "could you confirm",
        "please paste", "please provide", "please send", "please share", "please confirm", "please clarify",
    ]
}
