import AccessModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Answers of gRPC over HTTP/2: a message with its length in front, and the status in the fields that follow the body.
///
/// Connectors ask at the same address as browsers. What they ask for is not offered yet, which is told in the way of gRPC, so that they
/// say it in their own words.
enum GRPCAnswer {
    private static let status = field("grpc-status")
    private static let message = field("grpc-message")

    /// Whether a request is one of gRPC.
    static func isWanted(by request: Request) -> Bool {
        request.method == .post && request.headers[.contentType]?.hasPrefix("application/grpc") == true
    }

    /// One message.
    static func unary(_ content: [UInt8]) -> Response {
        response { writer in
            var buffer = ByteBuffer()
            buffer.writeInteger(UInt8(0))
            buffer.writeInteger(UInt32(content.count))
            buffer.writeBytes(content)
            try await writer.write(buffer)
            try await writer.finish([status: "0"])
        }
    }

    /// An error.
    static func failure(_ code: StatusCode, _ text: String) -> Response {
        response { writer in try await writer.finish([status: String(code.rawValue), message: text.urlEncoded]) }
    }

    private static func response(
        _ write: @escaping @concurrent @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(status: .ok, headers: [.contentType: "application/grpc"], body: ResponseBody(write))
    }

    private static func field(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no name of a header field") }
        return name
    }
}

/// The calls of gRPC that this server knows.
struct GRPCCalls: RouterMiddleware {
    /// The health service that every gRPC client knows (`grpc.health.v1.Health`): SERVING is 1 in field 1.
    private static let healthCheck = "/grpc.health.v1.Health/Check"

    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard GRPCAnswer.isWanted(by: request) else { return try await next(request, context) }
        if request.uri.path == Self.healthCheck { return GRPCAnswer.unary([0x08, 0x01]) }
        return GRPCAnswer.failure(
            .unimplemented, "This server takes files and no connectors as services yet: \(request.uri.path)")
    }
}
