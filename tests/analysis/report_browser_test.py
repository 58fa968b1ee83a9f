"""The page of gossamer report in Chromium: real keys and clicks, saved files, narrow, dark, print, axe-core."""

import csv
import io
import json
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from browser import Browser, axe_source, reason_to_skip
from reports import edges_program, graphs_and_steps, over_networks, timeline_of_a_run
from traces import ANALYSIS  # noqa: F401  puts the package on the path

from gossamer.commands.report import main

PICTURES = None  # a folder for pictures of the pages, for eyes
TAB, ENTER, ESCAPE, SPACE = "\ue004", "\ue007", "\ue00c", " "
LEFT, UP, RIGHT, DOWN, HOME, END = "\ue012", "\ue013", "\ue014", "\ue015", "\ue011", "\ue010"


@unittest.skipIf(reason_to_skip(), reason_to_skip() or "")
class ReportBrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = Path(holder.name)
        program = edges_program(cls.folder)
        cls.page, cls.networks = cls.folder / "graphs.html", cls.folder / "networks.html"
        sweep = graphs_and_steps(cls.folder / "graphs")
        times = timeline_of_a_run(cls.folder)
        traces = [*sorted((sweep / "runs").glob("*.jsonl")), times]
        for words in ((sweep, "-o", cls.page), (over_networks(cls.folder / "networks"), "-o", cls.networks),
                      (*traces[:1], times, "-o", cls.folder / "one.html")):
            assert main([str(word) for word in (*words, "--program", program)]) == 0
        cls.browser = Browser(cls.folder)
        cls.addClassCleanup(cls.browser.close)

    def open(self, page=None, **options):
        self.browser.driver.get_log("browser"), self.browser.driver.get_log("performance")
        self.browser.open(page or self.page, **options)
        return self.browser

    def read(self, section):
        return self.browser.find(f"#{section} .readout").text

    # ------------------------------------------------------------------------------------------------------------------
    # The page as a whole.

    def test_nothing_is_requested_and_no_script_complains(self):
        for page in (self.page, self.networks, self.folder / "one.html"):
            browser = self.open(page)
            messages = [json.loads(entry["message"])["message"] for entry in browser.driver.get_log("performance")]
            requests = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
            self.assertEqual([url for url in requests if not url.startswith(("file:", "data:", "blob:"))], [])
            self.assertEqual(len([url for url in requests if url.startswith("file:")]), 1, requests)  # the page itself
            self.assertEqual(browser.driver.get_log("browser"), [])
            if PICTURES:
                browser.picture(page.stem, PICTURES)

    def test_the_first_screen_has_question_answer_and_picture(self):
        browser = self.open()
        self.assertIn("Which topology and local_steps need the least virtual time", browser.find("h1").text)
        answer = browser.find("#answer").text
        self.assertIn("Hypercube with local_steps 4 is first at", answer)
        self.assertIn("times as fast as the baseline, ring with local_steps 4 (95 % interval", answer)
        bottom = browser.script("return document.querySelector('#ranking svg').getBoundingClientRect().bottom")
        self.assertLess(bottom, 900)
        names = [text.text for text in browser.all("#ranking .row text:nth-of-type(1)")]
        self.assertEqual(names[0], "hypercube, local_steps 4")
        self.assertEqual(len(names), 6)
        self.assertEqual(sum("◇" in name for name in names), 1)

    def test_pages_fit_in_360_pixels(self):
        for page in (self.page, self.networks):
            browser = self.open(page, width=360)
            self.assertLessEqual(browser.script("return document.documentElement.scrollWidth"), 360)
            if PICTURES:
                browser.picture(f"{page.stem}-narrow", PICTURES)

    def test_the_page_is_dark_where_the_reader_is_and_light_on_paper(self):
        for dark, media, expected in ((False, "screen", "rgb(255, 255, 255)"), (True, "screen", "rgb(20, 23, 26)"),
                                      (True, "print", "rgb(255, 255, 255)")):
            browser = self.open(dark=dark, media=media)
            self.assertEqual(browser.script("return getComputedStyle(document.body).backgroundColor"), expected)
            if PICTURES:
                browser.picture(f"graphs-{media}-{'dark' if dark else 'light'}", PICTURES)
        self.assertEqual(browser.script("return getComputedStyle(document.querySelector('nav')).display"), "none")
        browser = self.open(dark=True)
        color = "return document.querySelector('.plot canvas').getContext('2d').getImageData(%d, 5, 1, 1).data[3]"
        self.assertIsNotNone(browser.script(color % 5))
        browser.script("window.dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(browser.script("return curves.graph.getOption('axisLineColor')"), browser.script("return LIGHT.muted"))
        browser.script("window.dispatchEvent(new Event('afterprint'))")
        self.assertEqual(browser.script("return curves.graph.getOption('axisLineColor')"), browser.script("return DARK.muted"))

    def test_axe_finds_nothing(self):
        source = axe_source()
        if source is None:
            self.skipTest("axe-core cannot be installed by npm")
        for page, options, opened in ((self.page, {}, False), (self.page, {"dark": True}, False), (self.page, {"width": 360}, False),
                                      (self.networks, {}, False), (self.page, {}, True), (self.folder / "one.html", {}, True)):
            browser = self.open(page, **options)
            if opened:
                browser.script("document.querySelectorAll('details').forEach((each) => { each.open = true; }); openRun(0);")
            browser.script(source)
            found = browser.driver.execute_async_script("axe.run().then(arguments[0])")
            self.assertEqual([(each["id"], each["nodes"][0]["html"][:200], each["nodes"][0]["failureSummary"])
                              for each in found["violations"]], [], (page.stem, options, opened))
            self.assertGreater(len(found["passes"]), 20)

    # ------------------------------------------------------------------------------------------------------------------
    # By keyboard alone.

    def test_the_tab_key_reaches_every_control_and_shows_where_it_is(self):
        browser = self.open()
        reached = []
        for _ in range(400):
            browser.press(TAB)
            place = browser.script("""const all = [...document.querySelectorAll('a, button, select, input, summary, [tabindex="0"]')];
                return [all.indexOf(document.activeElement), getComputedStyle(document.activeElement).outlineStyle, all.length,
                        document.activeElement.tagName, all.filter((each) => each.getClientRects().length).length]""")
            if place[0] in reached or place[0] < 0:
                break
            if place[3] not in ("INPUT", "SELECT"):  # whose ring is the browser's own
                self.assertNotEqual(place[1], "none")
            reached.append(place[0])
        self.assertEqual(len(reached), place[4])

    def test_arrow_keys_read_out_every_row_of_the_ranking_and_open_a_run(self):
        browser = self.open()
        browser.focus("#ranking .stage")
        said = []
        for _ in range(6):
            browser.press(DOWN)
            said.append(self.read("ranking"))
        self.assertEqual(len(set(said)), 6)
        self.assertTrue(said[0].startswith("hypercube, local_steps 4: 0.") and "95 % interval" in said[0], said[0])
        browser.press(HOME, ENTER)
        self.assertEqual(browser.find("#run-title").text, "hypercube, local_steps 4, seed 1")
        self.assertTrue(browser.script("return document.querySelector('dialog').contains(document.activeElement)"))
        browser.press(ESCAPE)
        self.assertFalse(browser.script("return document.querySelector('dialog').open"))
        self.assertEqual(browser.script("return document.activeElement.className"), "stage")

    def test_arrow_keys_reach_every_point_of_every_curve(self):
        browser = self.open()
        browser.focus("#curves .stage")
        browser.press(RIGHT)
        first = self.read("curves")
        self.assertTrue(first.startswith("ring, local_steps 1: Training loss 2 ") and "at virtual time 0 s; point 1 of" in first, first)
        browser.press(RIGHT, RIGHT)
        self.assertIn("point 3 of", self.read("curves"))
        browser.press(DOWN)
        self.assertTrue(self.read("curves").startswith("ring, local_steps 4:"))
        browser.press(END)
        self.assertIn("at virtual time 10 s", self.read("curves"))
        self.assertTrue(browser.find("#curves .cursor").is_displayed())
        browser.press(ENTER)
        self.assertEqual(browser.find("#run-title").text, "ring, local_steps 4, seed 1")

    def test_arrow_keys_move_through_map_graph_and_timeline(self):
        browser = self.open(self.networks)
        browser.focus("#ranking .stage")
        browser.press(RIGHT, RIGHT, UP)
        self.assertTrue(self.read("ranking").startswith("latency 10 ms, bandwidth 1 Gbit/s: near with"), self.read("ranking"))
        browser.press(END)
        self.assertIn("latency 100 ms, bandwidth 1 Gbit/s: far with", self.read("ranking"))
        browser = self.open()
        browser.focus("#graph .stage")
        browser.press(RIGHT, RIGHT, RIGHT)
        self.assertTrue(self.read("graph").startswith("node 2: Idle share 21.57 %; 2 neighbors: 1, 3"), self.read("graph"))
        for neighbor in (1, 3, 1):
            browser.press(UP)
            self.assertTrue(self.read("graph").startswith(f"node {neighbor}:"), self.read("graph"))
        browser = self.open(self.folder / "one.html")
        browser.script("openRun(0)")
        browser.focus("#run .stage")
        browser.press(DOWN, DOWN)
        self.assertEqual(browser.find("#run .readout").text, "node 1: wait from 0 to 1 ms")

    # ------------------------------------------------------------------------------------------------------------------
    # By clicks.

    def test_switches_of_an_axis_take_its_curves_away(self):
        browser = self.open()
        count = lambda: browser.script("return curves.items.length")  # noqa: E731
        self.assertEqual(count(), 6)
        browser.all("#curves fieldset input")[0].click()
        self.assertEqual(count(), 4)
        browser.all("#curves fieldset button")[0].click()
        self.assertEqual(count(), 6)
        box = next(each for each in browser.all("#curves .controls label") if "single runs" in each.text)
        box.find_element("css selector", "input").click()
        self.assertEqual(count(), 18)
        for box in browser.all("#curves fieldset input"):
            if box.is_selected():
                box.click()
        self.assertEqual(self.read("curves"), "No curve to show.")

    def test_axes_are_chosen_and_a_drag_zooms(self):
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.support.select import Select

        browser = self.open()
        y, x = browser.all("#curves select")[:2]
        Select(y).select_by_visible_text("Test accuracy (%)")
        Select(x).select_by_visible_text("Node-steps per node")
        browser.focus("#curves .stage")
        browser.press(END, END)
        self.assertIn("Test accuracy 100 % at node-steps per node 1000;", self.read("curves"))  # 1 − exp(−10)/2
        before = browser.script("return curves.graph.xAxisRange()")
        plot = browser.find("#curves .plot")
        ActionChains(browser.driver).move_to_element_with_offset(plot, -100, 0).click_and_hold().move_by_offset(200, 0).release().perform()
        after = browser.script("return curves.graph.xAxisRange()")
        self.assertTrue(before[0] < after[0] < after[1] < before[1], (before, after))

    def test_a_heading_sorts_and_a_row_opens_its_run(self):
        browser = self.open()
        heads = browser.all("#runs thead button")
        column = next(place for place, head in enumerate(heads) if head.text.startswith("Virtual time to"))
        values = lambda: [float(row.find_elements("css selector", "th,td")[column].text) for row in browser.all("#runs tbody tr")]  # noqa: E731
        for direction, sign in (("ascending", 1), ("descending", -1)):
            heads[column].click()
            self.assertEqual(heads[column].find_element("xpath", "..").get_attribute("aria-sort"), direction)
            self.assertEqual(values(), sorted(values(), reverse=sign < 0))
        browser.all("#runs tbody button")[0].click()
        self.assertEqual(browser.find("#run-title").text, "ring, local_steps 1, seed 1")
        text = browser.find("#run").text
        self.assertIn("gossamer run", text)
        self.assertIn("/topology/kind", text)

    def test_pictures_and_tables_are_saved(self):
        browser = self.open()
        for section, name in (("ranking", "ranking"), ("curves", "curves"), ("map", "over-two-axes"), ("graph", "graph")):
            buttons = browser.all(f"#{section} .tools button")
            for button in buttons[:2]:
                browser.script("arguments[0].scrollIntoView({block: 'center'})", button)
                button.click()
            picture = xml.fromstring(browser.saved_file(f"{name}.svg"))
            self.assertEqual(picture.tag, "{http://www.w3.org/2000/svg}svg")
            self.assertGreater(len(list(picture.iter())), 15)
            self.assertNotIn("var(", browser.saved_file(f"{name}.svg"))
            rows = list(csv.reader(io.StringIO(browser.saved_file(f"{name}.csv"))))
            self.assertGreater(len(rows), 5)
            self.assertEqual({len(row) for row in rows}, {len(rows[0])})
        self.assertGreater(browser.saved_file("curves.svg").count("<path"), 6)
        browser.find("#runs .tools button").click()
        rows = list(csv.DictReader(io.StringIO(browser.saved_file("runs.csv"))))
        self.assertEqual(len(rows), 18)
        self.assertIn("time_to_train_loss_0.5_s", rows[0])

    def test_a_table_is_behind_every_picture(self):
        browser = self.open()
        for section, rows in (("ranking", 6), ("curves", 6), ("map", 6), ("graph", 16)):
            summary = browser.find(f"#{section} figure summary")
            browser.script("arguments[0].scrollIntoView({block: 'center'})", summary)
            summary.click()
            self.assertTrue(browser.wait_for(lambda: len(browser.all(f"#{section} figure tbody tr")) == rows), section)  # noqa: B023


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[-1]).is_dir():
        PICTURES = Path(sys.argv.pop())
    unittest.main()
