import CPlatform
import DataPlane
import Glibc

/// Answers on their way into the reply store: a file beside it, so that many can be committed together a moment later.
///
/// A commit to SQLite writes a handful of pages whether it holds one answer or a hundred; a line here is one `write(2)`. It
/// cannot be lost by SIGKILL either: whoever opens the store next takes over what a killed process has left.
///
/// ```
/// replies.sqlite.intake-0      one line an answer: [run, key, replay_key, code, text, … as the columns of the store]
/// ```
///
/// The file is locked (flock(2)) as long as its process lives, and gone when all that was in it is in the store. What could
/// not be recorded stays for whoever opens the store next.
final class ReplyIntake {
    private let storePath: String
    private var file: (path: String, descriptor: Int32)?
    private var isEmpty = true

    init(storePath: String) { self.storePath = storePath }

    deinit {
        guard let file else { return }
        if isEmpty { unlink(file.path) }
        close(file.descriptor)
    }

    /// Writes answers down. They are safe when this returns.
    func append(_ entries: ArraySlice<ReplyStore.Entry>) throws(Failure) {
        let (path, descriptor) = try opened()
        var lines: [UInt8] = []
        for entry in entries { Self.append(entry, to: &lines) }
        isEmpty = false
        try writeAll(lines[...], to: descriptor, path: path)
    }

    /// Forgets all answers: they are in the store.
    func clear() throws(Failure) {
        guard let file, !isEmpty else { return }
        guard ftruncate(file.descriptor, 0) == 0 else { throw .system("empty", file.path, errno: errno) }
        isEmpty = true
    }

    /// Leaves the answers, which could not be recorded, to whoever opens the store next; what comes goes into another file.
    func leave() {
        guard let file, !isEmpty else { return }
        close(file.descriptor)
        self.file = nil
        isEmpty = true
    }

    private func opened() throws(Failure) -> (path: String, descriptor: Int32) {
        if let file { return file }
        for number in 0... {
            let path = "\(storePath)\(Self.mark)\(number)"
            let descriptor = fdplatform_open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
            if descriptor < 0, errno == EEXIST { continue }
            guard descriptor >= 0 else { throw .system("create", path, errno: errno) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, PathKind(path) == .file {
                file = (path, descriptor)
                return (path, descriptor)
            }
            // Another process took it for one that was left behind, and is removing it.
            close(descriptor)
        }
        preconditionFailure("numbers do not end")
    }

    // MARK: What was left behind

    /// Takes over what killed processes have left: each file is recorded, and then removed.
    ///
    /// - Throws: ``Failure``: a file cannot be read or is damaged, or what `record` throws.
    static func takeOver(
        storePath: String, record: ([ReplyStore.Entry]) throws(Failure) -> Void
    ) throws(Failure) {
        let folder = storePath.lastIndex(of: "/").map { String(storePath[...$0]) } ?? ""
        let start = storePath.dropFirst(folder.count) + mark
        for name in try fileNames(in: folder.isEmpty ? "." : folder) where name.hasPrefix(start) {
            let path = folder + name
            let descriptor = fdplatform_open(path, O_RDONLY | O_CLOEXEC, 0)
            guard descriptor >= 0 else {
                // Its process has just ended in good order.
                if errno == ENOENT { continue }
                throw .system("open", path, errno: errno)
            }
            defer { close(descriptor) }
            // Its process lives.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            let entries = try read(path)
            if !entries.isEmpty { try record(entries) }
            unlink(path)
        }
    }

    private static let mark = ".intake-"

    private static func read(_ path: String) throws(Failure) -> [ReplyStore.Entry] {
        if PathKind(path) == nil { return [] }
        let parser = JSONParser()
        var entries: [ReplyStore.Entry] = []
        var number = 1
        // What follows the last line end was never acknowledged.
        for line in try readFile(path).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        {
            guard let json = try? parser.parse(String(decoding: line, as: UTF8.self)), let entry = entry(json) else {
                throw Failure(
                    "reply_store",
                    "this file holds answers for the reply store and is damaged; delete it, and the next run asks again for "
                        + "what it held",
                    at: Location(file: path, line: number))
            }
            entries.append(entry)
            number += 1
        }
        return entries
    }

    // MARK: A line

    private static func append(_ entry: ReplyStore.Entry, to lines: inout [UInt8]) {
        let answer = entry.answer
        lines.openArray()
        for text in [entry.runID, entry.key.hexadecimal, entry.replayKey.hexadecimal] { lines.append(element: text) }
        var reply: CompletionReply?
        switch answer.content {
        case .rejected(let code, let detail):
            lines.append(element: code)
            lines.append(element: detail)
        case .reply(let given):
            reply = given
            lines.append(element: nil as String?)
            lines.append(element: given.text)
        }
        lines.append(element: reply?.finishReason)
        lines.append(element: reply?.promptTokens)
        lines.append(element: reply?.completionTokens)
        lines.append(element: answer.providerID)
        lines.append(element: answer.model)
        if let reply {
            lines.append(element: reply.logprobs)
            lines.append(element: reply.toolCalls)
            // Hosts that do not know of it take over what has none.
            if let reasoning = reply.reasoning { lines.append(element: reasoning) }
        }
        lines.closeArray()
        lines.append(UInt8(ascii: "\n"))
    }

    private static func entry(_ json: JSONValue) -> ReplyStore.Entry? {
        guard let line = json.array, line.count >= 10, let run = line[0].string,
            let key = line[1].string.flatMap(ReplyKey.init(hexadecimal:)),
            let replayKey = line[2].string.flatMap(ReplyKey.init(hexadecimal:)), let text = line[4].string,
            let provider = line[8].string, let model = line[9].string
        else { return nil }
        if let code = line[3].string {
            let answer = RecordedAnswer(code: code, detail: text, providerID: provider, model: model)
            return ReplyStore.Entry(key: key, replayKey: replayKey, answer: answer, runID: run)
        }
        // Twelve: of a host that did not know of reasoning.
        guard 12...13 ~= line.count, let finishReason = line[5].string else { return nil }
        let reply = CompletionReply(
            text: text, finishReason: finishReason, promptTokens: line[6].int, completionTokens: line[7].int,
            providerID: provider, model: model, logprobs: line[10].string, toolCalls: line[11].string,
            reasoning: line.count > 12 ? line[12].string : nil)
        return ReplyStore.Entry(key: key, replayKey: replayKey, answer: RecordedAnswer(reply), runID: run)
    }
}
