import DataPlane
import Glibc

extension BehaviourRules {
    /// Rules about what a step leaves behind in its process and on the disk.
    static let traces: [ConformanceRule] = [
        .step(
            .behaviour, "stdout", .should, "Nothing is written to standard output.",
            remedy: "Write to the log of the host; standard output belongs to its user.", standardOutput),
        .step(
            .behaviour, "files", .must, "No file is made in the working directory, the home or for temporary use.",
            remedy: "Keep what you need in memory; files of a step are lost or in the way of another worker.", files),
        .step(
            .behaviour, "resources", .must, "The resources that a step is given stay as they are.",
            remedy: "Open them for reading only; their hash is part of the run's identity.", resources),
        .step(
            .behaviour, "sockets", .must, "No socket is opened.",
            remedy: "Talk to no network: asking models is the host's `complete` node.", trapsSockets: true, sockets),
        .step(
            .behaviour, "descriptors", .must, "No descriptor is left open after `destroy`.",
            remedy: "Close in `destroy` what `create` opened, and in `run` what `run` opened.", descriptors),
        .step(
            .behaviour, "children", .must, "No child process is left.",
            remedy: "Start no processes, or wait for them.", children),
        .step(
            .behaviour, "threads_left", .should, "No thread is left after `destroy`.",
            remedy: "Join your threads in `destroy`.", threadsLeft),
        .step(
            .behaviour, "process_state", .should,
            "Working directory, umask, locale, environment and signal handlers stay as they are.",
            remedy: "Change nothing that belongs to the whole process: the step may run in the host.", processState),
    ]

    /// A whole life of an instance: created, bound, two batches, destroyed.
    private static func live(_ trial: StepTrial, _ between: () throws(Finding) -> Void = {}) throws(Finding) {
        let probe = try trial.probe()
        try between()
        let session = try StepSession(probe: probe, offered: trial.offered, trial: trial)
        for rows in [trial.plainRows(), trial.plainRows(salt: 1)] {
            _ = session.run(session.input(rows))
            try between()
        }
    }

    private static func standardOutput(_ trial: StepTrial) throws(Finding) {
        guard let captured = CapturedOutput() else { throw .skip("standard output cannot be led elsewhere") }
        let result = Result { () throws(Finding) in try live(trial) }
        let count = captured.finish()
        if count > 0 { throw .fault("\(count) bytes came on standard output") }
        try result.get()
    }

    private static func files(_ trial: StepTrial) throws(Finding) {
        try live(trial)
        let left: [String]
        do throws(Failure) {
            left = try trial.folders.contents()
        } catch {
            throw .fault("its folders cannot be looked at any more: \(error.message)")
        }
        if !left.isEmpty { throw .fault("it left \(left.prefix(3).map { "'\($0)'" }.joined(separator: ", "))") }
    }

    private static func resources(_ trial: StepTrial) throws(Finding) {
        let paths = trial.step.options.filter { $0.kind == .resource }.compactMap { trial.config[$0.name]?.string }
        if paths.isEmpty { throw .skip("the step is given no resource") }
        let hashes = paths.map { try? hashFileOrFolder($0) }
        try live(trial)
        for (path, hash) in zip(paths, hashes) where hash != (try? hashFileOrFolder(path)) {
            throw .fault("'\(path)' has other bytes than before")
        }
    }

    private static func sockets(_ trial: StepTrial) throws(Finding) {
        let before = ProcessTraces()
        try live(trial) { () throws(Finding) in
            if ProcessTraces().descriptors(since: before).contains(where: { $0.hasPrefix("socket:") }) {
                throw .fault("it has a socket open")
            }
        }
    }

    private static func descriptors(_ trial: StepTrial) throws(Finding) {
        let before = ProcessTraces()
        try live(trial)
        let left = ProcessTraces().descriptors(since: before)
        if !left.isEmpty { throw .fault("left open: \(left.prefix(3).joined(separator: ", "))") }
    }

    private static func children(_ trial: StepTrial) throws(Finding) {
        let before = ProcessTraces()
        try live(trial)
        let left = ProcessTraces().children.subtracting(before.children)
        for child in left {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        if !left.isEmpty { throw .fault("\(left.count) child processes are left") }
    }

    private static func threadsLeft(_ trial: StepTrial) throws(Finding) {
        let before = ProcessTraces()
        try live(trial)
        let left = ProcessTraces.threads(since: before)
        if !left.isEmpty { throw .fault("\(left.count) threads are left: \(left.joined(separator: ", "))") }
    }

    private static func processState(_ trial: StepTrial) throws(Finding) {
        let before = ProcessSettings()
        try live(trial)
        let changes = ProcessSettings().changes(since: before)
        if !changes.isEmpty { throw .fault("changed: \(changes.joined(separator: ", "))") }
    }
}
