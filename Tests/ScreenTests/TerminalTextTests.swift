import Testing

@testable import Commands

@Suite("Text on a terminal") struct TerminalTextTests {
    @Test(arguments: [
        ("abc", 3), ("数据", 4), ("e\u{301}", 1), ("❤️", 2), ("🎉", 2), ("ｆ", 2), ("한", 2), ("█▒░✗", 4), ("", 0),
    ])
    func `the width of a text is that of its columns`(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    @Test func `a cut text fits, and says that something is missing`() {
        for text in Fleets.hostile where !text.isEmpty {
            for width in 0..<30 {
                #expect(text.cut(to: width).columns <= width)
                #expect(text.cutInside(to: width).columns <= width)
                if text.columns > width, width > 0 {
                    #expect(text.cut(to: width).contains("…"))
                    #expect(text.cutInside(to: width).contains("…"))
                }
            }
        }
        #expect("production/eu-1/shop_eu_2".cutInside(to: 16) == "produ…/shop_eu_2")
    }

    @Test func `a line of parts is cut as a whole and keeps its colours`() {
        let line = ScreenLine("abc", .good).adding("数据库").adding("xyz", .bad)
        #expect(line.columns == 12)
        for width in 1..<14 { #expect(line.cut(to: width).text(.plain).columns <= width) }
        #expect(line.cut(to: 8).text(.plain) == "abc数据…")
        #expect(line.cut(to: 11).text(Paint(isOn: true)) == "\u{1B}[32mabc\u{1B}[0m数据库\u{1B}[31mx…\u{1B}[0m")
    }

    @Test func `a picture is drawn over the last one, whatever the terminal's width is by now`() {
        var picture = Picture()
        let lines = [ScreenLine(String(repeating: "a", count: 70)), ScreenLine("b")]
        #expect(!picture.frame(lines, width: 80, paint: .plain).contains("A\r"))
        #expect(picture.frame(lines, width: 80, paint: .plain).isEmpty, "nothing has changed")
        #expect(picture.frame([ScreenLine("c")], width: 80, paint: .plain).hasPrefix("\u{1B}[2A\r"))
        _ = picture.frame(lines, width: 80, paint: .plain)
        #expect(
            picture.frame(lines, width: 40, paint: .plain).hasPrefix("\u{1B}[3A\r"), "the first line has become two")
        #expect(picture.erasure(width: 40) == "\u{1B}[2A\r\u{1B}[J")
        #expect(picture.erasure(width: 40).isEmpty)
    }

    @Test(arguments: [
        (0, "0 s"), (99, "99 s"), (100, "1 min 40 s"), (5999, "99 min 59 s"), (6000, "1 h 40 min"),
        (172_800, "2 d 0 h"),
        (-5, "0 s"), (.infinity, "0 s"), (.nan, "0 s"),
    ])
    func `a time that is counted is short, and never nonsense`(seconds: Double, text: String) {
        #expect(seconds.clockText == text)
    }
}
