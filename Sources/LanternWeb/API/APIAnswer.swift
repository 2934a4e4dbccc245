import AccessModel
import HTTPTypes
import Hummingbird
import WireForm

/// What the API answers.
enum APIAnswer {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        var text = JSONText()
        value.write(to: &text)
        text.raw("\n")
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: text.bytes)))
    }

    /// The shape of an error that clients of the reference understand.
    static func error(_ error: WebError) -> Response {
        var response = json(
            .object([
                ("code", .number(String(error.code.rawValue))), ("message", .string(error.description)),
                ("details", .array([])),
            ]), status: error.status)
        if error.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if error.status == .tooManyRequests { response.headers[.retryAfter] = "30" }
        return response
    }
}
