internal import CLibPQ

/// Where the session stands with its transaction, as the server last reported.
public enum TransactionStatus: Sendable, Hashable {
    /// No transaction is open.
    case idle
    /// A statement is running.
    case active
    /// A transaction is open.
    case inTransaction
    /// A transaction is open in which a statement failed; only ROLLBACK is accepted.
    case failed
    /// The connection is closed or broken.
    case unknown

    init(_ status: PGTransactionStatusType) {
        self =
            switch status {
            case PQTRANS_IDLE: .idle
            case PQTRANS_ACTIVE: .active
            case PQTRANS_INTRANS: .inTransaction
            case PQTRANS_INERROR: .failed
            default: .unknown
            }
    }
}
