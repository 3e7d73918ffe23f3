import CPlatform

/// Keeps the heap of this process small although many threads pass buffers around; for the host, before threads start.
public func boundHeap() { fdplatform_bound_heap() }
