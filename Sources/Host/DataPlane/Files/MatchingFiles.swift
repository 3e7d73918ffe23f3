import Glibc

/// Whether a path has a place for anything: `*`, `?` or `[`.
public func isPattern(_ path: String) -> Bool { path.utf8.contains { "*?[".utf8.contains($0) } }

/// The files that a pattern of a shell names (`glob(7)`), sorted by their bytes; folders are none.
///
/// ```swift
/// files(matching: "data/part-*.jsonl", in: "/home/me")   // ["/home/me/data/part-0.jsonl", "/home/me/data/part-1.jsonl"]
/// ```
///
/// - Parameter folder: where a relative pattern begins; an absolute path, in which every character stands for itself.
/// - Returns: absolute paths. Those that are not UTF-8 are left out.
public func files(matching pattern: String, in folder: String) -> [String] {
    let literal = folder.reduce(into: "") { text, character in
        if "*?[\\".contains(character) { text += "\\" }
        text.append(character)
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(absolutePath(pattern, in: literal), 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].flatMap { String(validatingCString: $0) } }
        .filter { PathKind($0) == .file }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
