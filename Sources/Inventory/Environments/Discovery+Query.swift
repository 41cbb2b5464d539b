internal import FleetModel
internal import Postgres

extension Discovery {
    /// How long the query may take, beside the time that connecting may.
    static let queryLimit = Duration.seconds(60)

    /// Asks the host for its targets, in a transaction that can only read.
    public func ask(with resolver: SecretResolver) async -> Outcome {
        do throws(SecretError) {
            let keywords = try await access.resolved(with: resolver)
            return await ask(ConnectionSettings(keywords: keywords))
        } catch {
            return .failed(TargetFailure(error))
        }
    }

    private func ask(_ settings: ConnectionSettings) async -> Outcome {
        let rows: Rows
        do throws(PostgresError) {
            let connection = try await Connection.open(settings, timeout: access.connectTimeout)
            let answer = await answer(of: connection)
            await connection.close()
            rows = try answer.get()
        } catch {
            var failure = TargetFailure(error)
            failure.consequence = "Its targets are not known; nothing was changed."
            failure.remedy = "The query is at \(place.file):\(place.line)."
            return .failed(failure)
        }
        do throws(Failure) {
            return .found(try targets(from: rows.map { Array($0.values) }))
        } catch {
            return .failed(TargetFailure(kind: .configuration, message: error.description))
        }
    }

    private func answer(of connection: Connection) async -> Result<Rows, PostgresError> {
        do throws(PostgresError) {
            _ = try await connection.run("begin transaction read only", timeout: Self.queryLimit)
            return .success(try await connection.query(sql, timeout: Self.queryLimit).rows)
        } catch {
            return .failure(error)
        }
    }
}

extension Fleet {
    /// The selected targets: those that the file names, and those that hosts are asked for.
    ///
    /// Only hosts that can have a selected target are asked, `width` of them at once.
    /// - Throws: `.unknownEnvironment` and `.unknownHost` before any host is asked, `.nothingSelected` afterwards.
    public func targets(
        selecting selector: Selector, resolver: SecretResolver, width: Int = 16
    ) async throws(SelectionError) -> Selection {
        try check(selector)
        let discoveries = discoveries(for: selector)
        let outcomes = await withTaskGroup(of: (Int, Discovery.Outcome).self) { group in
            var outcomes: [Int: Discovery.Outcome] = [:]
            for (index, discovery) in discoveries.enumerated() {
                if index >= width, let (done, outcome) = await group.next() { outcomes[done] = outcome }
                group.addTask(name: "discover \(discovery.hostName)") { (index, await discovery.ask(with: resolver)) }
            }
            for await (done, outcome) in group { outcomes[done] = outcome }
            return outcomes
        }
        let found = discoveries.enumerated().compactMap { index, discovery in
            outcomes[index].map { (discovery: discovery, outcome: $0) }
        }
        return try selection(selector, found: found)
    }
}
