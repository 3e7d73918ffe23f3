import PluginABI

/// The plugin's `get_interface`.
func interface(_ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
    guard let id, String(cString: id) == FASTDISTILL_MAP_V1 else { return nil }
    return UnsafeRawPointer(mapInterface)
}

/// The functions of "fastdistill.map/1". Never changed after it is made, never freed.
nonisolated(unsafe) let mapInterface: UnsafePointer<fastdistill_map_v1> = {
    let map = UnsafeMutablePointer<fastdistill_map_v1>.allocate(capacity: 1)
    map.initialize(to: fastdistill_map_v1(create: create, bind: bind, run: run, destroy: destroy))
    return UnsafePointer(map)
}()

private func create(
    _ stepID: UnsafePointer<CChar>?, _ config: UnsafePointer<CChar>?, _ configLength: UInt64,
    _ host: UnsafePointer<fastdistill_host_v1>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<fastdistill_error_v1>?
) -> fastdistill_status {
    let id = stepID.map { String(cString: $0) } ?? ""
    guard let step = Plugin.step(id) else {
        return StepError(.internal, "The plugin has no step `\(id)`.").report(to: error)
    }
    return create(step, config, configLength, host, out, error)
}

/// `create` for a step that is already found.
func create(
    _ step: any AnyStep.Type, _ config: UnsafePointer<CChar>?, _ configLength: UInt64,
    _ host: UnsafePointer<fastdistill_host_v1>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<fastdistill_error_v1>?
) -> fastdistill_status {
    do throws(StepError) {
        let configuration = try configuration(UnsafeRawBufferPointer(start: config, count: Int(configLength)))
        let instance = try Instance(step, configuration: configuration, host: Host(host))
        out?.pointee = OpaquePointer(Unmanaged.passRetained(instance).toOpaque())
        return FASTDISTILL_OK
    } catch let failure {
        return failure.report(to: error)
    }
}

private func configuration(_ bytes: UnsafeRawBufferPointer) throws(StepError) -> [String: Value] {
    if bytes.isEmpty { return [:] }
    do {
        if case .object(let members) = try JSONReader.read(bytes) { return members }
    } catch {
        throw StepError(.invalidConfig, "The options are not JSON: \(error.problem) at byte \(error.offset).")
    }
    throw StepError(.invalidConfig, "The options are not a JSON object.")
}

private func instance(_ pointer: OpaquePointer) -> Instance {
    Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

private let missingArgument = StepError(.internal, "The host passed no pointer where one is needed.")

private func bind(
    _ pointer: OpaquePointer?, _ input: UnsafePointer<ArrowSchema>?, _ reads: UnsafeMutablePointer<ArrowSchema>?,
    _ adds: UnsafeMutablePointer<ArrowSchema>?, _ error: UnsafeMutablePointer<fastdistill_error_v1>?
) -> fastdistill_status {
    guard let pointer, let input, let reads, let adds else { return missingArgument.report(to: error) }
    do throws(StepError) {
        let bound = try instance(pointer).bind(input)
        reads.initialize(to: exportSchema(of: bound.reads))
        adds.initialize(to: exportSchema(of: bound.adds))
        return FASTDISTILL_OK
    } catch let failure {
        return failure.report(to: error)
    }
}

private func run(
    _ pointer: OpaquePointer?, _ call: UnsafePointer<fastdistill_call_v1>?, _ input: UnsafePointer<ArrowArray>?,
    _ out: UnsafeMutablePointer<ArrowArray>?, _ rejects: UnsafeMutablePointer<ArrowArray>?,
    _ error: UnsafeMutablePointer<fastdistill_error_v1>?
) -> fastdistill_status {
    guard let pointer, let input, let out, let rejects else { return missingArgument.report(to: error) }
    do throws(StepError) {
        let result = try instance(pointer).run(input, call: call)
        out.initialize(to: result.out)
        rejects.initialize(to: result.rejects)
        return FASTDISTILL_OK
    } catch let failure {
        return failure.report(to: error)
    }
}

private func destroy(_ pointer: OpaquePointer?) {
    guard let pointer else { return }
    Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(pointer)).release()
}
