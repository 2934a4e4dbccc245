import LanternCatalog
import LanternSignIn

/// The parts that pages are made of.
enum Components {
    /// What every form of a session sends along.
    static func token(_ session: Session) -> HTML {
        "<input type=\"hidden\" name=\"\(Form.tokenName)\" value=\"\(session.formToken)\">"
    }

    /// A word about how something stands, with a picture so that colour alone says nothing.
    static func chip(_ text: String, _ tone: Tone, title: String = "") -> HTML {
        """
        <span class="chip \(tone.rawValue)"\(title.isEmpty ? .blank : " title=\"\(title)\"" as HTML)>\(tone.icon.html)\(text)</span>
        """
    }

    enum Tone: String {
        case good, warn, bad, quiet, busy

        var icon: Icon {
            switch self {
            case .good: .check
            case .warn: .warning
            case .bad: .error
            case .quiet: .minus
            case .busy: .clock
            }
        }
    }

    /// Something that happened, or that a person has to know.
    static func notice(_ text: HTML, _ tone: Tone) -> HTML {
        """
        <div class="notice \(tone.rawValue)" role="\(tone == .bad ? "alert" : "status")">\(tone == .quiet ? Icon.info.html : tone.icon.html)<div>\(text)</div></div>
        """
    }

    /// What is said on the way back from a form.
    static let saved = notice("<p>Saved.</p>", .good)

    /// What is shown where there is nothing: why, and what to do.
    static func empty(_ icon: Icon, _ title: String, _ text: HTML) -> HTML {
        """
        <div class="empty">\(icon.html)<h2>\(title)</h2><div>\(text)</div></div>
        """
    }

    /// The way to a page, from the list that it is in.
    static func crumbs(_ links: [(title: String, path: String)]) -> HTML {
        let items = links.map { link -> HTML in "<li><a href=\"\(link.path)\">\(link.title)</a></li>" }
        return "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol>\(items)</ol></nav>"
    }

    /// A moment as people read it: how long ago, and in full for who asks.
    static func time(_ seconds: Int64?, now: Int64) -> HTML {
        guard let seconds, let moment = Moments.rfc3339(seconds) else { return "<span class=\"muted\">–</span>" }
        return "<time datetime=\"\(moment)\" title=\"\(moment)\">\(Moments.ago(seconds, now: now))</time>"
    }

    /// A number with its thousands apart.
    static func number(_ number: Int64) -> String { Moments.grouped(number) }

    /// Several facts about one thing.
    static func facts(_ facts: [(name: String, value: HTML)]) -> HTML {
        let items = facts.map { fact -> HTML in "<div><dt>\(fact.name)</dt><dd>\(fact.value)</dd></div>" }
        return "<dl class=\"facts\">\(items)</dl>"
    }

    /// A list with its headers.
    ///
    /// - Parameter caption: what it is a list of, for who can't see it.
    static func table(_ caption: String, _ columns: [String], _ rows: [[HTML]]) -> HTML {
        table(caption, heads: columns.map { "<th scope=\"col\">\($0)</th>" }, rows)
    }

    /// A list whose headers do something.
    ///
    /// - Parameter boxes: what stands before each row to choose it by; none when rows can't be chosen.
    static func table(_ caption: String, heads: [HTML], _ rows: [[HTML]], boxes: [HTML] = []) -> HTML {
        let body = rows.enumerated().map { number, cells -> HTML in
            let box: HTML = boxes.isEmpty ? .blank : "<td class=\"box\">\(boxes[number])</td>"
            let cells = cells.enumerated().map { place, cell -> HTML in
                place == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
            }
            return "<tr>\(box)\(cells)</tr>\n"
        }
        return """
            <div class="scroll" role="region" aria-label="\(caption)" tabindex="0">
            <table class="list">
            <caption class="hidden">\(caption)</caption>
            <thead><tr>\(heads)</tr></thead>
            <tbody>
            \(body)</tbody>
            </table>
            </div>
            """
    }

    /// The tabs of a page.
    static func tabs(_ label: String, _ tabs: [(title: String, path: String)], current: String) -> HTML {
        let items = tabs.map { tab -> HTML in
            "<li><a href=\"\(tab.path)\"\(tab.title == current ? " aria-current=\"page\"" : .blank)>\(tab.title)</a></li>"
        }
        return "<nav class=\"tabs\" aria-label=\"\(label)\"><ul>\(items)</ul></nav>"
    }

    /// A field of a form.
    static func field(
        _ name: String, _ label: String, type: String = "text", value: String = "", hint: String = "",
        error: String = "",
        isRequired: Bool = false, autocomplete: String = "off"
    ) -> HTML {
        let described = [hint.isEmpty ? nil : "\(name)-hint", error.isEmpty ? nil : "\(name)-error"].compactMap { $0 }
        return """
            <div class="field\(error.isEmpty ? "" : " wrong")">
            <label for="\(name)">\(label)</label>
            <input id="\(name)" name="\(name)" type="\(type)" value="\(value)" autocomplete="\(autocomplete)"\(isRequired ? " required" : .blank)\(described.isEmpty ? .blank : " aria-describedby=\"\(described.joined(separator: " "))\"" as HTML)\(error.isEmpty ? .blank : " aria-invalid=\"true\"")>
            \(hint.isEmpty ? .blank : "<p class=\"hint\" id=\"\(name)-hint\">\(hint)</p>" as HTML)
            \(error.isEmpty ? .blank : "<p class=\"error\" id=\"\(name)-error\">\(error)</p>" as HTML)
            </div>
            """
    }

    /// The head of a page: the way to it, its name, and what can be done.
    static func head(
        _ title: String, crumbs: HTML = .blank, icon: Icon? = nil, picture: HTML? = nil, about: HTML = .blank,
        actions: HTML = .blank
    )
        -> HTML
    {
        """
        <div class="page-head">
        \(crumbs)
        <div class="title"><h1>\(picture ?? icon?.html)<span>\(title)</span></h1><div class="actions">\(actions)</div></div>
        \(about)
        </div>
        """
    }
}
