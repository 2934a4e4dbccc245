import Foundation
import Testing

@testable import AWSCalls
@testable import ObjectStorage

@Suite struct `an answer in XML` {
    private func values(_ text: String) -> [String] {
        XMLValues(Data(text.utf8)).all.map { "\($0.path)=\($0.text)" }
    }

    @Test func `is read by the paths to its texts`() {
        let text = """
            <?xml version="1.0"?>
            <!-- a > b --><s:R xmlns:s="x>y"><A a='/>'>1 &lt;&amp;&#228;&#x1F600;</A><B/><C><A><![CDATA[<&>]]></A></C></s:R>
            """
        let xml = XMLValues(Data(text.utf8))
        #expect(xml.root == "R")
        #expect(xml["A"] == "1 <&ä😀" && xml["C/A"] == "<&>" && xml["B"] == "" && xml["D"] == nil)
        #expect(xml.groups("C") == [["A": "<&>"]])
    }

    @Test(arguments: [
        "", "x", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a>&nbsp;</a>", "<a>&#xFFFFFFFF;</a>", "<a", "<a b='>", "< a/>",
        "<!DOCTYPE a><a/>",
        "<a><![CDATA[x</a>", "<a><!-- </a>", "<a/>x", "<\u{0}/>x", "<:/><",
    ])
    func `is nothing when it is none`(text: String) {
        #expect(values(text).isEmpty)
    }
}
