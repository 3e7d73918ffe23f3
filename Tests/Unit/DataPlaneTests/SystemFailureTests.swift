import DataPlane
import Glibc
import Testing

@Suite struct SystemFailureTests {
    @Test func saysWhatTheSystemSays() {
        #expect(Failure.system("open", "x", errno: EACCES).message == "cannot open 'x': Permission denied")
    }

    @Test func tooManyOpenFilesHaveARemedy() {
        #expect(
            Failure.system("open", "x", errno: EMFILE).message
                == "cannot open 'x': Too many open files; raise the limit of open files (ulimit -n), or ask less at once"
        )
    }
}
