import ControlPlane
import DataPlane

/// The plugins that are found, as the commands show them.
public struct PluginCatalogue {
    let registry: PluginRegistry

    /// Looks through the plugin folders.
    ///
    /// - Parameter pluginPaths: folders that are searched before the others.
    public init(pluginPaths: [String]) throws {
        registry = try PluginRegistry.discover(PluginSearch(pluginPath: pluginPaths))
    }

    /// A line a plugin, and one for each refused file.
    public var list: String {
        var lines: [String] = []
        for entry in registry.list() {
            let spec = entry.plugin.spec
            lines.append("\(spec.id) \(spec.version)  \(spec.summary)")
            for step in spec.steps { lines.append("    \(spec.id)/\(step.id)  \(step.summary)") }
        }
        for refused in registry.refused {
            lines.append("refused: \(refused.path); see: fastdistill plugins why \(refused.path)")
        }
        if lines.isEmpty {
            let folders = registry.search.folders.map(\.path).joined(separator: ", ")
            lines.append("no plugins in \(folders); name a folder with --plugin-path")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A JSON schema of graphs that know these plugins.
    public var graphSchema: String { GraphSchema.json(plugins: registry.list().map(\.plugin.spec)).pretty }

    /// The reference page of a plugin, or of one of its steps (`plugin/step`).
    public func page(for name: String) throws -> String {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        var pages: [String] = []
        for entry in try registry.show(parts.first ?? name) {
            let page = PluginPage(spec: entry.plugin.spec)
            pages.append(parts.count > 1 ? try page.text(step: parts[1]) : page.text)
        }
        return pages.joined(separator: "\n")
    }

    /// Whether a file is a usable plugin, and why or why not.
    public static func why(_ file: String) throws -> (text: String, isUsable: Bool) {
        let path = absolutePath(file, in: currentFolder())
        var search = PluginSearch(pluginPath: [])
        // Only this file of its folder: to be asked about, a plugin has to be loaded, and its neighbours were not meant.
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        search.folders.insert(.init(path: parentFolder(of: path), prefix: name), at: 0)
        let registry = try PluginRegistry.discover(search)
        return (registry.why(path), registry.entries.contains { $0.plugin.path == path })
    }
}
