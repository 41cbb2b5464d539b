internal import FleetModel
internal import Migrations
internal import Schema

/// Makes the hypotheses for one dirty target, compares each with its schema, and finds the ways out.
struct Diagnostician {
    let line: ScratchLine
    let live: Sight
    let bench: ScratchBench
    /// How many statements lasted, as the operator says.
    let told: Int?

    /// Completes a diagnosis.
    func complete(_ diagnosis: inout Diagnosis) async {
        diagnosis.attempts = line.set.attempts(leavingDirty: diagnosis.found.version)
        do throws(ScratchObstacle) {
            let plays = try await plays(&diagnosis)
            let hypotheses = plays.flatMap { $0.hypotheses(on: live) }
            let matches = hypotheses.filter(\.isMatch)
            if matches.isEmpty {
                diagnosis.nearest = hypotheses.min { $0.findings.weight < $1.findings.weight }
                try await lookElsewhere(&diagnosis)
            } else {
                let told = narrowed(matches, &diagnosis)
                diagnosis.matches = plays.flatMap { $0.collapsed(told) }
                try await findWays(plays, &diagnosis)
            }
        } catch {
            diagnosis.verdict = error.kind == .noScratch ? .noScratch : .notReplayable
            diagnosis.remarks.append(error.message)
        }
        diagnosis.ways.append(Way(.restore, to: nil))
    }

    /// Plays every attempt.
    ///
    /// - Throws: where none can be played.
    private func plays(_ diagnosis: inout Diagnosis) async throws(ScratchObstacle) -> [Play] {
        var plays: [Play] = []
        var obstacle: ScratchObstacle?
        for attempt in diagnosis.attempts {
            do throws(ScratchObstacle) {
                let play = try await bench.play(attempt, line)
                plays.append(play)
                if let failure = play.failure {
                    let place = failure.statement.map { ", at statement \($0) of \(attempt.count)" } ?? ""
                    diagnosis.remarks.append("\(attempt.name) fails on scratch, too\(place): \(failure.message)")
                }
            } catch {
                guard error.kind == .notReplayable else { throw error }
                obstacle = error
                diagnosis.remarks.append("\(attempt.name) was not looked at: \(error.message)")
            }
        }
        if plays.isEmpty, let obstacle {
            diagnosis.remarks.removeAll()
            throw obstacle
        }
        return plays
    }

    /// What the operator or the target's progress knows decides between hypotheses of one schema.
    private func narrowed(
        _ matches: [Hypothesis], _ diagnosis: inout Diagnosis
    ) -> [Hypothesis] {
        if let told = matches.told(by: told) {
            diagnosis.witness = .operator
            return told
        }
        if let told {
            diagnosis.remarks.append(
                "no hypothesis in which \(told) of the statements lasted has the target's schema, so that was not believed"
            )
        }
        guard let progress = diagnosis.progress else { return matches }
        let file = line.set.migration(progress.version)?.file(progress.direction)
        if let known = matches.told(by: progress, checksum: file?.checksum) {
            diagnosis.witness = .progress
            return known
        }
        if progress.done != nil, file?.checksum == progress.checksum { diagnosis.witness = .contradicted }
        return matches
    }

    private func findWays(_ plays: [Play], _ diagnosis: inout Diagnosis) async throws(ScratchObstacle) {
        let matches = diagnosis.matches
        for play in plays {
            let own = matches.filter { $0.step == play.attempt.step }
            guard let first = own.map(\.done).min(), let last = own.map(\.done).max() else { continue }
            let isWitnessed = diagnosis.witness == .progress || diagnosis.witness == .operator
            // Where the schema was changed since the file ran, all of it may have run, and its rows are there.
            let end = diagnosis.witness == .contradicted ? play.attempt.count : last
            let silent = isWitnessed ? [] : play.unprovable(first + 1, end)
            let isAmbiguous = !silent.isEmpty
            diagnosis.unprovable += isWitnessed ? [] : play.unprovable(1, last)
            let isThere = try await addClean(play, own, silent, isWitnessed, &diagnosis)
            guard let partial = own.first(where: { !$0.isNothing && !($0.isWhole && isThere) }) else { continue }
            for var way in try await bench.ways(outOf: partial, of: play, line) {
                way.isAmbiguous = isAmbiguous
                if isWitnessed { way.unprovable = [] }
                way.unprovable += silent.filter { !way.unprovable.contains($0) }
                diagnosis.ways.append(way)
            }
        }
        settle(&diagnosis)
    }

    /// A version whose schema the target has can be recorded as it is.
    ///
    /// - Returns: whether it is the one that the file leads to.
    private func addClean(
        _ play: Play, _ own: [Hypothesis], _ silent: [UnprovableStatement], _ isWitnessed: Bool,
        _ diagnosis: inout Diagnosis
    ) async throws(ScratchObstacle) -> Bool {
        let step = play.attempt.step
        var isThere = false
        var found: [(version: Version?, claimed: [UnprovableStatement])] = []
        if own.contains(where: \.isNothing) { found.append((step.from, silent)) }
        if let whole = own.first(where: \.isWhole) {
            isThere = try await sight(of: step.to).differences(of: live).isEmpty
            if isThere {
                found.append((step.to, isWitnessed ? [] : play.unprovable(1, whole.count)))
            } else {
                diagnosis.remarks.append(
                    "\(play.attempt.name) is in as a whole, and does not lead to the schema of \(step.to.text)")
            }
        }
        for (version, claimed) in found where !diagnosis.versions.contains(version) {
            var way = Way(.clean, to: version)
            way.isProven = true
            way.unprovable = claimed
            way.isAmbiguous = !silent.isEmpty
            diagnosis.versions.append(version)
            diagnosis.ways.append(way)
        }
        return isThere
    }

    /// Says what the matches come to, and puts the ways in order.
    private func settle(_ diagnosis: inout Diagnosis) {
        // Two files that can have left it: which of them is to be finished or undone, no schema shows.
        if Set(diagnosis.matches.filter { !$0.isNothing && !$0.isWhole }.map(\.step)).count > 1 {
            for index in diagnosis.ways.indices where diagnosis.ways[index].kind != .clean {
                diagnosis.ways[index].isAmbiguous = true
            }
        }
        // Two versions of one schema: what no schema shows decides between them.
        if diagnosis.versions.count > 1 {
            for index in diagnosis.ways.indices where diagnosis.ways[index].kind == .clean {
                diagnosis.ways[index].isAmbiguous = true
            }
        }
        let order = diagnosis.ways.enumerated().sorted { left, right in
            (left.element.danger, left.offset) < (right.element.danger, right.offset)
        }
        var seen: Set<String> = []
        diagnosis.ways = order.map(\.element).filter { way in
            seen.insert(way.name + (way.isAvailable ? "" : " ✗")).inserted
        }
        diagnosis.verdict = diagnosis.ways.contains(where: \.isAmbiguous) ? .ambiguous : .proven
    }

    private func sight(of version: Version?) async throws(ScratchObstacle) -> Sight {
        try await bench.sight(of: version, line)
    }

    /// Where no attempt explains the schema: whether another version has it.
    private func lookElsewhere(_ diagnosis: inout Diagnosis) async throws(ScratchObstacle) {
        let known = Set(diagnosis.attempts.flatMap { [$0.step.from, $0.step.to] })
        let history = try await bench.history(line)
        diagnosis.versions = history.schemas.filter { schema in
            !known.contains(schema.version) && schema.sight.differences(of: live).isEmpty
        }.map(\.version)
        if let obstacle = history.obstacle {
            let last = history.schemas.last?.version
            diagnosis.remarks.append("versions above \(last.text) were not compared: \(obstacle)")
        }
        diagnosis.verdict = diagnosis.versions.isEmpty ? .noMatch : .elsewhere
        for version in diagnosis.versions {
            var way = Way(.clean, to: version)
            way.isProven = true
            way.isAmbiguous = diagnosis.versions.count > 1
            // What lies between was recorded as applied, and whether its data are there no schema tells.
            way.losses = ["the record that later versions were applied, which they were not by the schema"]
            diagnosis.ways.append(way)
        }
    }
}

extension Way {
    /// What comes first is safer: what runs nothing; then what loses nothing; and what cannot be done comes last.
    fileprivate var danger: Int {
        guard obstacle == nil else { return 10 }
        let kinds = Kind.allCases
        return (kinds.firstIndex(of: kind) ?? 0) + (losses.isEmpty ? 0 : 5)
    }
}

extension [SchemaFinding] {
    /// How far apart two schemas are: objects with all that hangs on them.
    var weight: Int { reduce(0) { $0 + 1 + $1.parts.count } }
}
