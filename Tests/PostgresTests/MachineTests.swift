import Dispatch
import Testing

@testable import Postgres

@Suite("Without a server") struct MachineTests {
    private let refused = ServerReport(severity: "ERROR", sqlState: .divisionByZero, message: "division by zero")

    @Test func `an error takes little room in each function that may throw it`() {
        #expect(MemoryLayout<PostgresError>.size <= 48)
    }

    @Test func `a script keeps its first failure`() {
        var dialogue = ScriptDialogue()
        let second = ServerReport(severity: "FATAL", sqlState: nil, message: "server closed the connection")
        for message in [ServerMessage.failed(refused), .failed(second)] { #expect(dialogue.receive(message) == .read) }
        #expect(dialogue.receive(.end) == .finish)
        #expect(dialogue.failure == refused)
    }

    @Test func `a pipeline ends with its last group and not before`() {
        var dialogue = PipelineDialogue([
            PipelineStatement("a"), PipelineStatement("b", joinsPrevious: true), PipelineStatement("c"),
        ])
        let messages: [ServerMessage] = [
            .failed(refused), .end, .skipped, .end, .groupEnd, .failed(refused), .end,
        ]
        for message in messages { #expect(dialogue.receive(message) == .read) }
        #expect(dialogue.receive(.groupEnd) == .finish)
        #expect(dialogue.outcomes == [.failed(refused), .skipped, .failed(refused)])
    }

    @Test(arguments: [ServerMessage.skipped, .empty])
    func `an answer that no statement asked for abandons the pipeline`(message: ServerMessage) {
        var dialogue = PipelineDialogue([PipelineStatement("a")])
        #expect(dialogue.receive(.skipped) == .read)
        #expect(dialogue.receive(.end) == .read)
        #expect(dialogue.receive(message) == .abandon)
        #expect(dialogue.problem != nil)
    }

    @Test func `names are replaced by all their addresses, and all else stays`() {
        let list = ServerList(host: "db,10.0.0.1,/run/pg,::1", address: "", port: "5432,1,2,3")
        #expect(list?.needsResolving == true)
        let keywords = list?.resolved(["db": ["192.0.2.1", "2001:db8::1"]])?.keywords
        #expect(keywords?["host"] == "db,db,10.0.0.1,/run/pg,::1")
        #expect(keywords?["hostaddr"] == "192.0.2.1,2001:db8::1,10.0.0.1,,::1")
        #expect(keywords?["port"] == "5432,5432,1,2,3")
    }

    @Test func `one port serves all hosts, and two do not serve three`() {
        #expect(ServerList(host: "a,b,c", address: "", port: "7")?.entries.map(\.port) == ["7", "7", "7"])
        #expect(ServerList(host: "a,b,c", address: "", port: "7,8") == nil)
        #expect(ServerList(host: "a,b", address: "10.0.0.1", port: "") == nil)
    }

    @Test(arguments: ["", "/run/postgresql", "@abstract", "127.0.0.1", "::1", "fe80::1%eth0"])
    func `sockets and addresses need no name service`(host: String) {
        #expect(ServerList(host: host, address: "", port: "")?.needsResolving == false)
    }

    @Test func `the code of a refused session is read from libpq's verbose text`() {
        let text = """
            connection to server at "a" (10.0.0.1), port 5432 failed: Connection refused
            \tIs the server running on that host and accepting TCP/IP connections?
            connection to server at "b" (10.0.0.2), port 5432 failed: FATAL:  53300: sorry, too many clients already
            LOCATION:  InitProcess, proc.c:359
            """
        let error = ConnectFailure(text: text, isInTLS: false, needsPassword: false).error
        #expect(error.reason == .connectionFailed)
        #expect(error.sqlState == .tooManyConnections)
        #expect(error.message.hasSuffix("port 5432 failed: FATAL: sorry, too many clients already"))
    }

    @Test func `work that hangs costs its own deadline and holds up nobody else`() async {
        let lane = ThreadLane(width: 2)
        let gate = DispatchSemaphore(value: 0)
        let hanging = LaneJob(on: lane) {
            gate.wait()
            return 1
        }
        #expect(await LaneJob(on: lane) { 2 }.value(until: nil, heedsCancellation: true).value == 2)
        let (value, wake) = await hanging.value(until: .now + .milliseconds(50), heedsCancellation: true)
        #expect(value == nil)
        #expect(wake == .deadline)
        gate.signal()
    }

    @Test func `a wait that ended before it began ends at once`() async {
        let waiter = Waiter()
        waiter.finish(.interrupted)
        waiter.finish(.ready)
        #expect(await Readiness.shared.wait(waiter, until: nil, heedsCancellation: true) == .interrupted)
    }
}
