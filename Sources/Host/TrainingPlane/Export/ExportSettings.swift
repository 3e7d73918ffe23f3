/// What to export, and how.
public struct ExportSettings: Sendable {
    /// The column with the messages that the student is asked, such as `prompt.messages`.
    public var prompt: String
    /// The text column with the answer that it shall learn, such as `teacher.text`.
    public var answer: String
    /// Of the samples, by the hash of their input; from 0 to 1, together below 1.
    public var validationShare: Double
    public var testShare: Double
    /// The name of the data set.
    public var name: String
    public var license: String?

    public init(
        prompt: String, answer: String, validationShare: Double = 0.05, testShare: Double = 0, name: String,
        license: String? = nil
    ) {
        self.prompt = prompt
        self.answer = answer
        self.validationShare = validationShare
        self.testShare = testShare
        self.name = name
        self.license = license
    }
}
