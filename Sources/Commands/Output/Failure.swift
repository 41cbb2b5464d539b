/// Ends a command: what to tell, and with which exit code.
struct Failure: Error {
    let status: ExitStatus
    /// For standard error; `nil` when everything was told already.
    let message: String?

    init(_ status: ExitStatus, _ message: String?) {
        self.status = status
        self.message = message
    }
}
