import ControlPlane
import DataPlane
import TrainingPlane

/// Runs a command that the executable has for itself: a worker, or the description of a plugin.
///
/// - Returns: the exit status; nil when the arguments name no such command.
public func hiddenCommandStatus(_ arguments: [String]) -> Int32? {
    ChildKeeper.run(arguments) ?? HiddenCommand.run(arguments)
}

/// An error as the lines a user reads.
public func renderError(_ error: any Error) -> String { FailureRenderer.render(error) }
