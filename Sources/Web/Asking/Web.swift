internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Asks web addresses.
public enum Web {
    /// Sends a request and takes its answer, of any status.
    ///
    /// Each question has a connection of its own, which is closed afterwards, so an answer tells how the place is now.
    /// Proxies that environment variables name are not used.
    /// - Throws: `.timedOut` after the request's timeout, `.cancelled` at once when the task is cancelled. Unless the reason
    ///   says that nothing was sent, the other side may have acted on the request.
    public static func ask(_ request: WebRequest) async throws(WebError) -> WebAnswer {
        let question = try Question(request)
        // The client begins to send before it notices a cancellation that was there already.
        guard !Task.isCancelled else { throw WebError(.cancelled, at: question.address.place) }
        let limit = min(request.timeout, .seconds(86_400))
        let outcome = await withTaskGroup(of: Result<WebAnswer, WebError>.self) { group in
            group.addTask {
                do throws(WebError) {
                    return .success(try await exchange(question, for: request))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                let hasPassed = (try? await Task.sleep(for: limit)) != nil
                return .failure(WebError(hasPassed ? .timedOut : .cancelled, at: question.address.place))
            }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        guard let outcome, !Task.isCancelled else { throw WebError(.cancelled, at: question.address.place) }
        return try outcome.get()
    }

    private static func exchange(_ first: Question, for request: WebRequest) async throws(WebError) -> WebAnswer {
        var question = first
        var redirects = 0
        while true {
            let place = question.address.place
            do {
                let response = try await client.execute(question.message, deadline: .distantFuture)
                let location = response.headers.first(name: "Location")
                guard request.followsRedirects, let location,
                    let next = try question.redirected(Int(response.status.code), to: location)
                else { return try await answer(response, limit: max(0, request.answerLimit)) }
                redirects += 1
                guard redirects <= WebRequest.mostRedirects else { throw WebError(.tooManyRedirects, at: place) }
                question = next
            } catch {
                throw WebError(of: error, at: place)
            }
        }
    }

    private static func answer(_ response: HTTPClientResponse, limit: Int) async throws -> WebAnswer {
        var bytes: [UInt8] = []
        var isCut = false
        for try await chunk in response.body {
            let room = limit - bytes.count
            guard chunk.readableBytes > room else {
                bytes.append(contentsOf: chunk.readableBytesView)
                continue
            }
            bytes.append(contentsOf: chunk.readableBytesView.prefix(room))
            isCut = true
            break
        }
        // A body that is no longer delivered because of a cancellation ends like one that is complete.
        try Task.checkCancellation()
        return WebAnswer(status: Int(response.status.code), body: String(decoding: bytes, as: UTF8.self), isCut: isCut)
    }

    /// Made at the first question and never shut down: it owns no more than its connections, and they end with the process.
    private static let client: HTTPClient = {
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
        settings.httpVersion = .http1Only
        // The request's own timeout is shorter or the kernel's patience ends.
        settings.timeout.connect = .minutes(3)
        // Otherwise a refused connection is tried again until that time is over.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }()
}
