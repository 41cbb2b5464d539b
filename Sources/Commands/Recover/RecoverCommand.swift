import ArgumentParser
import FleetModel
import Inventory
import Migrations
import Recovery
import Rollout
import Schema

/// Finds out what state dirty targets are in, and takes them out of it.
struct RecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "Find out how far a dirty database got, and bring it in order.",
        discussion: """
            Replays the migrations on scratch (a throw-away server of this machine, or the one that fleet.yaml names), \
            statement by statement, and compares each state with the database. Without --apply nothing is changed. What \
            is recorded is always proven by the schema first.

            EXAMPLES
              pgfleet recover                                   what state every dirty target is in
              pgfleet recover --target 'production/*' --apply   the safest way out that is proven, after a question
              pgfleet recover --apply --way undo --reason "the file is wrong"
              pgfleet recover --auto                            only what is proven and loses nothing

            The exit code is 0 when no selected target is dirty in the end, 3 when one stays dirty, 1 when one could not \
            be reached.
            """)

    @OptionGroup var databases: DatabaseOptions

    @Flag(help: "Take the way out: the one that --way names, or the safest that is proven.")
    var apply = false

    @Flag(help: "Take ways out without a question, but only those that are proven and lose nothing.")
    var auto = false

    @Option(help: ArgumentHelp("Which way out: clean-VERSION, finish or undo, as they are listed.", valueName: "name"))
    var way: String?

    @Option(
        help: ArgumentHelp(
            "How many statements of the file lasted, where no schema shows it and you know.", valueName: "count"))
    var done: Int?

    @Option(help: ArgumentHelp("How long to wait for whoever is still at work on a target.", valueName: "duration"))
    var wait = DurationArgument(.zero)

    @Option(name: .shortAndLong, help: ArgumentHelp("Why; it is kept in the target's history.", valueName: "text"))
    var reason: String?

    @Flag(name: [.long, .customShort("y")], help: "Take the way out without a question.")
    var yes = false

    func validate() throws {
        try databases.validateAddresses()
        if way != nil, !apply { throw ValidationError("--way goes with --apply") }
        if apply, auto { throw ValidationError("--apply asks and --auto does not; name one of them") }
        if let done, done < 0 { throw ValidationError("--done is the number of statements that lasted, from 0") }
    }

    func run() async throws {
        try await databases.run { session in
            let targets = try await session.select(databases.selection.selector())
            let library = try session.library(for: targets)
            let executor = session.executor(for: targets, library: library)
            let survey = await executor.survey()
            await executor.closeIdle()
            let dirty = survey.entries.filter { (try? $0.found.get())?.isDirty == true }
            if dirty.count > 1, done != nil {
                throw Failure(
                    .usage, "--done is about one target, and \(dirty.count) are dirty; narrow it with --target")
            }
            let results = await session.withScratch { scratch in
                let recoverer = Recoverer(executor, check: session.fleet.check, scratch: scratch)
                return await recover(survey, dirty, with: recoverer, session)
            }
            try end(results, of: targets.count, session.output)
        }
    }

    private func recover(
        _ survey: Survey, _ dirty: [Survey.Entry], with recoverer: Recoverer, _ session: FleetSession
    ) async -> [RecoveryResult] {
        var results: [RecoveryResult] = []
        for entry in survey.entries {
            if case .failure(let failure) = entry.found {
                results.append(RecoveryResult(target: entry.target.target, failure: failure))
            }
        }
        for entry in dirty {
            let result = await recover(entry.target.target, with: recoverer, session)
            results.append(result)
            if session.output.format == .text {
                session.output.write(
                    RecoveryText(result, operand: session.operand, session.output.data.paint).lines)
            }
        }
        return results
    }

    private func recover(
        _ target: Target, with recoverer: Recoverer, _ session: FleetSession
    ) async -> RecoveryResult {
        var result = RecoveryResult(target: target)
        do throws(TargetFailure) {
            result.diagnosis = try await recoverer.diagnose(target.id, waiting: wait.duration, told: done)
            guard let diagnosis = result.diagnosis else { return result }
            guard apply || auto else { return result }
            let way: Way
            switch choice(diagnosis) {
            case .success(let chosen): way = chosen
            case .failure(let refusal):
                result.refusal = refusal.message
                return result
            }
            if apply, !yes {
                let told = RecoveryText(result, operand: session.operand, session.output.messages.paint)
                for line in told.question(way) { session.output.tell(line) }
                do throws(Failure) {
                    try await Question.typed(
                        target.database, to: "take this way", flag: "--yes", output: session.output)
                } catch {
                    result.refusal = error.message
                    result.status = error.status
                    return result
                }
            }
            result.way = way
            result.after = try await recoverer.take(way, outOf: diagnosis, on: target.id, because: reason)
        } catch {
            result.failure = error
        }
        return result
    }

    private struct Refusal: Error { let message: String }

    private func choice(_ diagnosis: Diagnosis) -> Result<Way, Refusal> {
        if let name = way {
            guard let named = diagnosis.ways.first(where: { $0.name == name }) else {
                return .failure(Refusal(message: "there is no way '\(name.harmless)' out of this"))
            }
            guard named.isAvailable, named.isProven else {
                return .failure(
                    Refusal(message: "'\(named.name)' cannot be taken: \(named.obstacle ?? "it is done by hand")"))
            }
            return .success(named)
        }
        if auto {
            guard let way = diagnosis.ways.first(where: \.isAutomatic) else {
                return .failure(Refusal(message: "no way is proven and loses nothing, so --auto takes none"))
            }
            return .success(way)
        }
        guard let way = diagnosis.safest else {
            return .failure(
                Refusal(
                    message: diagnosis.ways.contains { $0.isAvailable }
                        ? "what no schema shows decides which way is right; name one with --way, or say with --done how "
                            + "many statements lasted" : "no way out is proven"))
        }
        return .success(way)
    }

    private func end(_ results: [RecoveryResult], of count: Int, _ output: Output) throws {
        let document = RecoveryDocument(results, looked: count)
        if output.format == .json {
            try output.writeJSON(document)
        } else {
            for result in results where result.diagnosis == nil && result.failure != nil && !result.wasDirty {
                output.write(RecoveryText(result, operand: nil, output.data.paint).lines)
            }
            output.write([document.sentence(output.data.paint)])
        }
        if results.contains(where: \.isDirty) { throw Failure(.dirty, nil) }
        if results.contains(where: { $0.failure != nil }) { throw Failure(.failed, nil) }
    }
}
