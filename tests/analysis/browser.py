"""Chromium without a window, driven through its own driver by real clicks and keys."""

import base64
import importlib.util
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

AXE = "axe-core@4.10.2"


def reason_to_skip() -> str | None:
    """A sentence if there is no browser to test with."""
    for program, package in (("chromium", "chromium"), ("chromedriver", "chromium-driver")):
        if not shutil.which(program):
            return f"there is no {program}; Debian has it in {package}"
    return None if importlib.util.find_spec("selenium") else "there is no selenium; Debian has it in python3-selenium"


class Browser:
    """A page in Chromium. Files that it saves go to the folder `saved`."""

    def __init__(self, folder: Path):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     "--disable-background-networking", f"--user-data-dir={folder / 'profile'}"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.saved = folder / "saved"
        self.saved.mkdir()
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(self.saved)})

    def close(self):
        self.driver.quit()

    def open(self, page: Path, width: int = 1280, *, dark: bool = False, media: str = "screen"):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.driver.get(page.as_uri())

    def script(self, text: str, *arguments):
        return self.driver.execute_script(text, *arguments)

    def find(self, selector: str):
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str):
        return self.driver.find_elements("css selector", selector)

    def press(self, *keys: str):
        """Keys go to the element that has the focus."""
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver, duration=0)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def focus(self, selector: str):
        self.script("arguments[0].focus()", self.find(selector))

    def wait_for(self, condition, seconds: float = 5):
        """The value of the condition once it is true."""
        end = time.monotonic() + seconds
        while not (value := condition()) and time.monotonic() < end:
            time.sleep(0.02)
        return value

    def saved_file(self, name: str) -> str:
        found = self.wait_for(lambda: (path := self.saved / name).is_file() and path.read_text(encoding="utf-8"))
        if not found:
            raise AssertionError(f"no {name} among {[path.name for path in self.saved.iterdir()]}")
        return found

    def picture(self, name: str, folder: Path):
        """The whole page as PNG, for eyes."""
        size = self.script("return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {
            "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}})
        (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def axe_source() -> str | None:
    """The script of axe-core, from npm; none without npm or without a network."""
    npm = shutil.which("npm")
    if not npm:
        return None
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, AXE],
                              capture_output=True, check=False, timeout=120)
        script = Path(folder) / "node_modules" / "axe-core" / "axe.min.js"
        return script.read_text(encoding="utf-8") if done.returncode == 0 and script.is_file() else None
