import AWSCalls
import AccessModel

/// CloudTrail: what happened, as far as it concerns signing in.
struct CloudTrail: Sendable {
    private let service: AWSService

    init(_ service: AWSService) { self.service = service }

    /// Something that happened.
    struct Event: Decodable, Sendable {
        let id: String?
        /// In seconds since 1970.
        let time: Double?
        /// All that is known of it, as JSON.
        let record: String?

        private enum CodingKeys: String, CodingKey {
            case id = "EventId"
            case time = "EventTime"
            case record = "CloudTrailEvent"
        }
    }

    private struct Question: Encodable {
        struct Attribute: Encodable {
            let key = "EventSource"
            let value: String

            enum CodingKeys: String, CodingKey {
                case key = "AttributeKey"
                case value = "AttributeValue"
            }
        }

        let start: Int64
        let end: Int64
        let attributes: [Attribute]
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case start = "StartTime"
            case end = "EndTime"
            case attributes = "LookupAttributes"
            case nextToken = "NextToken"
        }
    }

    private struct Answer: Decodable, Sendable {
        let events: [Event]?
        let nextToken: String?

        enum CodingKeys: String, CodingKey {
            case events = "Events"
            case nextToken = "NextToken"
        }
    }

    /// What a service noted between two moments, the latest first.
    func events(
        of source: String, from start: Int64, to end: Int64, after place: String
    ) async throws -> Listing<Event> {
        let question = Question(
            start: start, end: end, attributes: [Question.Attribute(value: source)],
            nextToken: place.isEmpty ? nil : place)
        let answer = try await service.json("LookupEvents", question, as: Answer.self).body
        guard let events = answer.events else {
            throw AWSError(.unavailable, "cloudtrail:LookupEvents: the answer lacks what it is known for.")
        }
        return Listing(rows: events, next: answer.nextToken)
    }
}
