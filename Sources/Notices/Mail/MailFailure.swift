import AccessModel
import CLibcurl
import ConnectorHTTP

/// Why a message couldn't be handed in.
struct MailFailure {
    let code: CURLcode
    let dialogue: MailDialogue
    /// The library's own words; empty when it has none.
    let detail: String
    let settings: MailSettings

    /// What to tell a person.
    var error: NoticeError {
        let (status, problem) = judgement
        return NoticeError(status, "\(settings.server.name): \(problem).")
    }

    private var judgement: (StatusCode, String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            (.unavailable, "there is no such host, or its name can't be looked up now. Check its address")
        case CURLE_COULDNT_CONNECT: (.unavailable, "no connection. Check its address, and that it is running")
        case CURLE_OPERATION_TIMEDOUT: (.deadlineExceeded, late)
        case CURLE_USE_SSL_FAILED:
            (
                .failedPrecondition,
                "doesn't begin encryption (STARTTLS), and without it nothing is sent\(reply). Check the port, or write smtps://"
            )
        case CURLE_PEER_FAILED_VERIFICATION:
            (
                .failedPrecondition,
                "isn't trusted: \(words). Name the file of its authority, and the host as in the certificate"
            )
        case CURLE_SSL_CACERT_BADFILE:
            (.failedPrecondition, "the file of trusted certificates holds none. Check that it is a PEM file")
        case CURLE_SSL_CONNECT_ERROR:
            (.failedPrecondition, "no secure connection: \(words). Check the port, and smtp:// or smtps://")
        case CURLE_LOGIN_DENIED where dialogue.refusal == nil:
            (
                .failedPrecondition,
                "offers no way to sign in that is known here. Leave out user and password if it needs none"
            )
        case CURLE_LOGIN_DENIED: (.unauthenticated, "doesn't let \(settings.user) in\(reply). Check user and password")
        default: refused
        }
    }

    private var late: String {
        // One that is encrypted from the start waits for that, while the other waits for a greeting.
        dialogue.step == .greeting && !settings.server.isEncrypted
            ? "no answer in time. If it is encrypted from the start, write smtps://" : "no answer in time"
    }

    private var refused: (StatusCode, String) {
        guard let refusal = dialogue.refusal else {
            return (.unavailable, "the connection broke off: \(words)")
        }
        let what =
            switch dialogue.step {
            case .sender: "takes no mail from \(settings.sender.text)"
            case .message: "doesn't take the message"
            default: "refuses to talk"
            }
        return (refusal.isPassing ? .unavailable : .failedPrecondition, what + reply)
    }

    private var reply: String { dialogue.refusal.map { " (\($0.text))" } ?? "" }

    private var words: String {
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        let line = OneLine.text(text, limit: 200)
        return line.hasSuffix(".") ? String(line.dropLast()) : line
    }
}
