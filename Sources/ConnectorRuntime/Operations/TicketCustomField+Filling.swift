import AccessModel
import BatonWire
import SwiftProtobuf

extension TicketCustomField {
    /// The field with this value; nil when it takes values of another kind.
    func filled(with value: Google_Protobuf_Value) -> TicketCustomField? {
        var field = self
        switch self.value {
        case .stringValue?:
            guard case .stringValue(let text)? = value.kind else { return nil }
            field.stringValue.value = text
        case .stringValues?:
            guard let texts = value.texts else { return nil }
            field.stringValues.values = texts
        case .boolValue?:
            guard case .boolValue(let flag)? = value.kind else { return nil }
            field.boolValue.value = flag
        case .numberValue?:
            guard case .numberValue(let number)? = value.kind else { return nil }
            field.numberValue.value = Google_Protobuf_FloatValue(Float(number))
        case .timestampValue?:
            guard case .stringValue(let text)? = value.kind,
                let time = try? Google_Protobuf_Timestamp(jsonString: JSONText.quoted(text))
            else { return nil }
            field.timestampValue.value = time
        case .pickStringValue(let pick)?:
            guard case .stringValue(let text)? = value.kind, pick.allowedValues.allow([text]) else { return nil }
            field.pickStringValue.value = text
        case .pickMultipleStringValues(let pick)?:
            guard let texts = value.texts, pick.allowedValues.allow(texts) else { return nil }
            field.pickMultipleStringValues.values = texts
        case .pickObjectValue(let pick)?:
            guard let object = value.pick(from: pick.allowedValues) else { return nil }
            field.pickObjectValue.value = object
        case .pickMultipleObjectValues(let pick)?:
            guard case .listValue(let list)? = value.kind else { return nil }
            let objects = list.values.compactMap { $0.pick(from: pick.allowedValues) }
            guard objects.count == list.values.count else { return nil }
            field.pickMultipleObjectValues.values = objects
        case nil: return nil
        }
        return field
    }

    /// What it takes, for a person.
    var expected: String {
        switch value {
        case .stringValue?: "a text"
        case .stringValues?: "a list of texts"
        case .boolValue?: "true or false"
        case .numberValue?: "a number"
        case .timestampValue?: "an RFC 3339 time"
        case .pickStringValue(let pick)?: "one of \(pick.allowedValues.joined(separator: ", "))"
        case .pickMultipleStringValues(let pick)?: "a list of \(pick.allowedValues.joined(separator: ", "))"
        case .pickObjectValue(let pick)?: "the id of one of \(pick.allowedValues.names)"
        case .pickMultipleObjectValues(let pick)?: "a list of ids of \(pick.allowedValues.names)"
        case nil: "left out: its kind is not known here"
        }
    }
}

extension [String] {
    /// Whether a list of allowed values, in which nothing allows anything, has all of these.
    fileprivate func allow(_ texts: [String]) -> Bool {
        isEmpty || texts.allSatisfy { text in contains(where: text.hasSameBytes) }
    }
}

extension [C1_Connector_V2_TicketCustomFieldObjectValue] {
    fileprivate var names: String { map { "\($0.id) (\($0.displayName))" }.joined(separator: ", ") }
}

extension Google_Protobuf_Value {
    fileprivate var texts: [String]? {
        guard case .listValue(let list)? = kind else { return nil }
        let texts = list.values.compactMap { value -> String? in
            guard case .stringValue(let text)? = value.kind else { return nil }
            return text
        }
        return texts.count == list.values.count ? texts : nil
    }

    /// The object meant by an id, or by an object with `id` and `display_name`.
    fileprivate func pick(
        from allowed: [C1_Connector_V2_TicketCustomFieldObjectValue]
    ) -> C1_Connector_V2_TicketCustomFieldObjectValue? {
        let object: C1_Connector_V2_TicketCustomFieldObjectValue
        switch kind {
        case .stringValue(let id)?: object = .with { $0.id = id }
        case .structValue(let fields)?:
            guard let id = fields.string("id") else { return nil }
            object = .with {
                $0.id = id
                $0.displayName = fields.string("display_name") ?? ""
            }
        default: return nil
        }
        return allowed.isEmpty ? object : allowed.first { $0.id.hasSameBytes(as: object.id) }
    }
}
