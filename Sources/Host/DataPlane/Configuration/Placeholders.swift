/// A text in which `{name}` stands for something: words of a command line, paths, URLs.
///
/// ```swift
/// filled("--port {port} {other}", ["port": "8080"])   // "--port 8080 {other}"
/// ```
///
/// Values are taken as they are: one with braces of its own is not filled in again.
///
/// - Complexity: O(n) for texts whose braces are closed soon.
public func filled(_ template: String, _ values: [String: String]) -> String {
    var text = ""
    var rest = template[...]
    while let brace = rest.firstIndex(of: "{") {
        text += rest[..<brace]
        let after = rest[rest.index(after: brace)...]
        if let end = after.firstIndex(of: "}"), let value = values[String(after[..<end])] {
            text += value
            rest = after[after.index(after: end)...]
        } else {
            text += "{"
            rest = after
        }
    }
    return text + rest
}
