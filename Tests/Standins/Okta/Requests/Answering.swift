import StandinKit
import WireForm

extension Org {
    /// The answer of an endpoint, or Okta's refusal.
    mutating func answer(_ request: StandinRequest, _ effects: [Fault.Effect], now: Timestamp) -> StandinAnswer {
        if effects.contains(.expireCursors) { cursorGeneration += 1 }
        do {
            return try reply(request, effects, now).answer
        } catch let error as OktaError {
            return error.answer(id: newID("oae"))
        } catch {
            return OktaError.internalError.answer(id: newID("oae"))
        }
    }

    private mutating func reply(
        _ request: StandinRequest, _ effects: [Fault.Effect], _ now: Timestamp
    ) throws -> Reply {
        let (route, parameters) = try Route.find(request)
        if effects.contains(.refuseToken) { try refuseToken(of: request) }
        let caller = try caller(of: request, now: now)
        if effects.contains(.forbid) { throw OktaError.accessDenied }
        try check(caller, mayUse: route)
        try route.checkHeaders(of: request)
        try route.checkQuery(of: request)
        let call = Call(
            request: request, parameters: parameters, body: try route.body(of: request), caller: caller, now: now,
            effects: Set(effects))
        return try route.handler(&self, call)
    }

    private mutating func refuseToken(of request: StandinRequest) throws(OktaError) {
        let credential = (request.header("Authorization") ?? "").split(separator: " ").last.map(String.init)
        if let credential { accessTokens[credential] = nil }
        throw .invalidToken
    }
}

extension Route {
    fileprivate static func find(_ request: StandinRequest) throws(OktaError) -> (Route, [String: String]) {
        var isKnown = false
        for route in all {
            guard let parameters = route.parameters(in: request.target.segments) else { continue }
            isKnown = true
            if route.method == request.method { return (route, parameters) }
        }
        throw isKnown ? .wrongMethod : .unknownPath
    }

    fileprivate func checkHeaders(of request: StandinRequest) throws(OktaError) {
        // Of a call that sends nothing, Okta's own clients name all sorts of types.
        if let type = request.mediaType, type != "application/json", request.method == "GET" || !request.body.isEmpty {
            throw .wrongMediaType
        }
        guard let accept = request.header("Accept") else { return }
        let types = accept.split(separator: ",").map { $0.split(separator: ";").first?.trimmed.lowercased() ?? "" }
        guard types.contains(where: { ["application/json", "application/*", "*/*"].contains($0) }) else {
            throw .wrongMediaType
        }
    }

    /// Okta passes over what it doesn't know; a test wants to hear of it.
    fileprivate func checkQuery(of request: StandinRequest) throws(OktaError) {
        var seen: Set<String> = []
        for item in request.target.query {
            guard query.contains(item.name) else {
                throw .validation(item.name, "\(item.name): The endpoint has no such query parameter")
            }
            guard seen.insert(item.name).inserted else {
                throw .validation(item.name, "\(item.name): The query parameter is given twice")
            }
        }
    }

    fileprivate func body(of request: StandinRequest) throws(OktaError) -> JSONValue {
        let isMissing = request.body.isEmpty
        if isMissing, ["POST", "PUT", "PATCH"].contains(request.method),
            request.header("Content-Length") == nil, request.header("Transfer-Encoding") == nil
        {
            throw OktaError(status: 411, code: "E0000028", summary: "The request is missing a required parameter.")
        }
        guard let body else {
            guard isMissing || ["{}", "null"].contains(String(decoding: request.body, as: UTF8.self)) else {
                throw .malformedBody
            }
            return nil
        }
        if isMissing, bodyIsOptional { return nil }
        guard request.mediaType != nil else { throw .wrongMediaType }
        let json: JSONValue
        do { json = try JSONValue(parsing: request.body) } catch { throw .malformedBody }
        try body.check(json)
        return json
    }
}

extension Reply {
    fileprivate var answer: StandinAnswer {
        var answer = StandinAnswer(status, body: body ?? [])
        if body != nil { answer.add("Content-Type", "application/json") }
        for (name, value) in headers { answer.add(name, value) }
        return answer
    }
}

extension OktaError {
    func answer(id: String) -> StandinAnswer {
        var answer = StandinAnswer(status, json(id: id))
        for (name, value) in headers { answer.add(name, value) }
        return answer
    }
}
