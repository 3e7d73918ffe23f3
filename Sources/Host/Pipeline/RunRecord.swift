import ControlPlane
import DataPlane
import Glibc

/// The content of `run.json`: everything that makes a run, as it was when the run began.
struct RunRecord {
    var runID: String
    var contract: JSONValue
    var contractHash: String
    var plan: Plan
    var graphPath: String

    /// - Throws: when one of the configuration files cannot be read.
    func json() throws(Failure) -> JSONValue {
        [
            "format": "fastdistill.run/1",
            "run_id": .string(runID),
            "name": .string(plan.name),
            "contract_hash": .string(contractHash),
            "contract": contract,
            "graph": .string(try text(graphPath)),
            "graph_path": .string(absolutePath(graphPath, in: currentFolder())),
            "providers": try plan.providersPath.map { path throws(Failure) in .string(try text(path)) } ?? .null,
            "gates": try plan.gatesPath.map { path throws(Failure) in .string(try text(path)) } ?? .null,
            "gates_path": plan.gatesPath.map { .string($0) } ?? .null,
            "plugins": .array(
                plan.plugins.map { plugin in
                    [
                        "name": .string("\(plugin.name)"), "id": .string(plugin.spec.id),
                        "version": .string(plugin.spec.version.description), "sha256": .string(plugin.sha256),
                        "toolchain": .string(plugin.spec.toolchain),
                    ]
                }),
            "fastdistill": .string(fastDistillVersion),
            "machine": machine,
        ]
    }

    private func text(_ path: String) throws(Failure) -> String {
        String(decoding: try readFile(path), as: UTF8.self)
    }

    private var machine: JSONValue {
        var names = utsname()
        uname(&names)
        func name<Tuple>(_ tuple: Tuple) -> JSONValue {
            withUnsafeBytes(of: tuple) { .string(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
        }
        return [
            "system": name(names.sysname), "release": name(names.release), "architecture": name(names.machine),
            "cores": .int(Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
        ]
    }
}
