/// A language that there are templates for.
enum NewPluginLanguage: String, CaseIterable {
    case swift, c, cpp

    /// As people write it.
    var title: String {
        switch self {
        case .swift: "Swift"
        case .c: "C"
        case .cpp: "C++"
        }
    }

    /// What one types in the new package.
    func commands(program: String) -> [String] {
        switch self {
        case .swift: ["swift build", "swift test", "\(program) run graph.yaml --plugin-path .build/debug"]
        case .c, .cpp: ["make", "make check", "\(program) run graph.yaml --plugin-path build"]
        }
    }
}
