import CPlatform
import ControlPlane
import DataPlane
import TrainingPlane

/// Runs a command that the executable has for itself: a worker, or the description of a plugin.
///
/// - Returns: the exit status; nil when the arguments name no such command.
public func hiddenCommandStatus(_ arguments: [String]) -> Int32? {
    ChildKeeper.run(arguments) ?? HiddenCommand.run(arguments)
}

/// Lets the process have as many files open as it may: plugins and a thousand connections need more than many systems begin with.
public func raiseOpenFiles() { fdplatform_raise_open_files() }

/// An error as the lines a user reads.
public func renderError(_ error: any Error) -> String { FailureRenderer.render(error) }
