#include "sim/compute/device_trace.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/compute/laws.hpp"
#include "sim/ground/csv_table.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;

/// Twice as fast for 10 s, half as fast for 10 s, gone for 10 s, then at the speed of the law.
const DeviceTrace phone{.device = "phone",
                        .states = {{.from = 0s, .speed = 2},
                                   {.from = 10s, .speed = 0.5},
                                   {.from = 20s, .speed = 0.5, .available = false},
                                   {.from = 30s, .speed = 1}}};

double elapsed(const DeviceTrace& trace, double start, double work) {
  return trace.computing().elapsed(Seconds{start}, work).count();
}

TEST_CASE("A step goes on at the new speed where the speed changes") {
  CHECK(elapsed(phone, 0, 4) == 2);
  CHECK(elapsed(phone, 9, 3) == 1 + 1 / 0.5);  // 2 of 3 s of work until 10 s, 1 at half the speed
  CHECK(elapsed(phone, 10, 1) == 2);
  CHECK(elapsed(phone, 40, 7) == 7);
}

TEST_CASE("A step that meets a window without the device waits until it is back, and keeps what is done") {
  CHECK(elapsed(phone, 19, 1) == 1 + 10 + 0.5);  // half done at 20 s, the rest from 30 s on
  CHECK(elapsed(phone, 25, 1) == 5 + 1);         // nothing is done before 30 s
  CHECK(elapsed(phone, 0, 27) == 10 + 10 + 10 + 2);
}

TEST_CASE("A step that ends as its device leaves has ended") {
  CHECK(elapsed(phone, 18, 1) == 2);
  // In binary numbers 0.3 − 0.1 is less than 0.2: the last bit must not wait for the next window.
  const DeviceTrace short_window{.device = "a",
                                 .states = {{.from = 0s}, {.from = Seconds{0.3}, .available = false}, {.from = 100s}}};
  CHECK(elapsed(short_window, 0.1, 0.2) == doctest::Approx(0.2));
}

TEST_CASE("The last bytes of many take the time of the rate that they meet, however much slower it is") {
  // 10 GB in 10 s, and one byte more: 1000 s at 1e-3 B/s.
  const ChangingRate rate{{{.from = 0s, .rate = 1e9}, {.from = 10s, .rate = 1e-3}}};
  CHECK(rate.elapsed(0s, 1e10) == 10s);
  CHECK(rate.elapsed(0s, 1e10 + 1) == 1010s);
}

TEST_CASE("With a period all changes repeat, also over many periods") {
  DeviceTrace trace = phone;
  trace.period = 40s;  // 20 + 5 + 0 + 10 = 35 s of work in each
  CHECK(elapsed(trace, 39, 2) == 1 + 0.5);
  CHECK(elapsed(trace, 85, 4) == 2);
  CHECK(elapsed(trace, 0, 3 * 35 + 4) == doctest::Approx(3 * 40 + 2));
  CHECK(elapsed(trace, 0, 2 * 35) == doctest::Approx(2 * 40));
  CHECK(elapsed(trace, 65, 1000 * 35) == doctest::Approx(1000 * 40 - 5));  // from within a window to its beginning
}

TEST_CASE("Steps after a million periods are as exact") {
  DeviceTrace trace{.device = "a", .states = {{.from = 0s}, {.from = 4s, .available = false}}, .period = 8s};
  CHECK(elapsed(trace, 8e6 + 3, 2) == 1 + 4 + 1);
}

constexpr auto columns = "device,time_s,speed,available,up_bytes_per_s,down_bytes_per_s\n";

std::vector<DeviceTrace> read(const std::string& text, std::optional<Seconds> period = {}) {
  const TemporaryFolder folder;
  return read_device_traces(folder.write("d.csv", text), period);
}

TEST_CASE("A file's rows are states, and an empty field keeps the value before") {
  const auto traces = read(std::string{"# phones\n"} + columns +
                           "pixel, 0, 2, , 1e6, 2e6\n"
                           "\n"
                           "moto,0,,1,,\r\n"
                           "pixel,10,,0,,\n"
                           "pixel,20.5,0.5,1,,5e6\n");
  REQUIRE(traces.size() == 2);
  CHECK(traces[0].device == "pixel");
  REQUIRE(traces[0].states.size() == 3);
  const DeviceState& away = traces[0].states[1];
  CHECK(away.from == 10s);
  CHECK(away.speed == 2);
  CHECK_FALSE(away.available);
  CHECK(away.up_bandwidth == 1e6);
  const DeviceState& back = traces[0].states[2];
  CHECK(back.from == Seconds{20.5});
  CHECK(back.speed == 0.5);
  CHECK(back.available);
  CHECK(back.up_bandwidth == 1e6);
  CHECK(back.down_bandwidth == 5e6);
  CHECK(traces[1].states[0].speed == 1);
  CHECK_FALSE(traces[1].states[0].up_bandwidth);
}

TEST_CASE("With seconds per step, a step of one second by the law takes as long as the file's step") {
  const auto traces = read("device,time_s,step_time_s\na,0,0.25\na,5,\na,9,4\n");
  CHECK(traces[0].states[1].speed == 4);
  CHECK(elapsed(traces[0], 0, 1) == 0.25);
  CHECK(elapsed(traces[0], 9, 1) == 4);
}

TEST_CASE("Times in milliseconds and rates in kbit per second are those in other units") {
  const auto traces = read("device,time_s,step_time_ms,up_kbit_per_s,down_kbit_per_s\na,0,250,8,\na,5,,,80\n");
  CHECK(traces[0].states[0].speed == 4);
  CHECK(traces[0].states[0].up_bandwidth == 1000);
  CHECK_FALSE(traces[0].states[0].down_bandwidth);
  CHECK(traces[0].states[1].down_bandwidth == 10'000);
}

TEST_CASE("Devices without a column of times do not change") {
  const auto traces = read("device,speed\na,2\n\"b, the second\",0.5\n", 7s);
  REQUIRE(traces.size() == 2);
  CHECK(traces[1].device == "b, the second");
  CHECK(elapsed(traces[0], 100, 4) == 2);
}

/// Reads a file that names its columns in its own way.
std::vector<DeviceTrace> read_named(const std::string& text, std::string_view names) {
  const TemporaryFolder folder;
  return read_device_traces(folder.write("d.csv", text), {}, names);
}

TEST_CASE("A file may have other names for its columns, and further columns; one of them may serve as two") {
  // Inference of 162 ms per sample; 5648 kbit are 706,000 bytes. A step of 32 samples whose gradient takes three times
  // as long is one of 96 s for a device that takes 1 s per sample.
  const auto traces =
      read_named("client,computation,model,communication\n432802,162.0,\"x, \"\"y\"\"\",5648\n7,20,,100\n",
                 "device = client, step_time_ms=computation,up_kbit_per_s = communication ,"
                 "down_kbit_per_s = communication");
  REQUIRE(traces.size() == 2);
  CHECK(traces[0].device == "432802");
  CHECK(elapsed(traces[0], 0, 96) == doctest::Approx(3 * 32 * 0.162));
  CHECK(traces[0].states[0].up_bandwidth == 706'000);
  CHECK(traces[0].states[0].down_bandwidth == 706'000);
  CHECK(traces[1].states[0].speed == 50);
}

TEST_CASE("Names of columns that exist neither in the file nor in the format are refused") {
  const auto refusal = [](std::string_view names) {
    const std::string message = message_of<InputError>([&] { read_named("client,ms\na,1\n", names); });
    return message.substr(message.find("d.csv") == message.npos ? 0 : message.find("d.csv"));
  };
  CHECK(refusal("device = client") == "");
  CHECK(refusal("device = clients") == "d.csv:1: no column \"clients\", which is to be device; there are: client, ms");
  CHECK(refusal("step_time_ms = ms") == "d.csv:1: no column \"device\", expected: device");
  CHECK(refusal("client") == "columns: \"client\", expected pairs such as \"device = its name in the file\"");
  CHECK(refusal("device = client, devices = ms")
            .starts_with("columns: unknown column \"devices\", expected some of: device"));
  CHECK(refusal("device = client, device = ms") == "columns: \"device\" is named twice, expected each column once");
}

/// The error message for a file d.csv, without its folder.
std::string message_about(const std::string& text, std::optional<Seconds> period = {}) {
  const std::string message = message_of<InputError>([&] { read(text, period); });
  const auto name = message.find("d.csv");
  return name == message.npos ? message : message.substr(name);
}

TEST_CASE("A file that is no table of devices is refused with line, found and expected content") {
  CHECK(message_about("") == "d.csv: the file is empty");
  CHECK(message_about("\n") == "d.csv: is empty, expected a line with the names of its columns, device among them");
  CHECK(message_about("time_s\n") == "d.csv:1: no column \"device\", expected: device");
  CHECK(message_about("device,time_s,sped\n") ==
        "d.csv:1: unknown column \"sped\", expected some of: device, time_s, speed, available, step_time_s, "
        "step_time_ms, up_bytes_per_s, up_kbit_per_s, down_bytes_per_s, down_kbit_per_s");
  CHECK(message_about("device,time_s,time_s\n") ==
        "d.csv:1: the column \"time_s\" stands there twice, expected each once");
  CHECK(message_about("device,time_s,speed,step_time_s\n") ==
        "d.csv:1: both columns \"speed\" and \"step_time_s\", expected one of them");
  CHECK(message_about("device,step_time_s,step_time_ms\n") ==
        "d.csv:1: both columns \"step_time_s\" and \"step_time_ms\", expected one of them");
  CHECK(message_about("device,up_kbit_per_s,up_bytes_per_s\n") ==
        "d.csv:1: both columns \"up_bytes_per_s\" and \"up_kbit_per_s\", expected one of them");
  CHECK(message_about("device,step_time_ms\na,1e-320\n") ==
        "d.csv:2: step_time_ms is \"1e-320\", which no double holds in other units");
  CHECK(message_about("device,speed\na,1\na,2\n") ==
        "d.csv:3: device \"a\" has two rows, expected a column time_s that says when each begins");
  CHECK(message_about("device,time_s\n") == "d.csv: holds no device, expected at least one row");
  CHECK(message_about("device,time_s\na\n") == "d.csv:2: 1 fields, expected 2 as in the first line");
  CHECK(message_about("device,time_s\n\"a\"b,0\n") ==
        "d.csv:2: \"b,0\" follows the quoted field \"a\", expected a comma");
  CHECK(message_about("device,time_s\n,0\n") == "d.csv:2: device is empty, expected a name");
  CHECK(message_about("device,time_s\na,\n") == "d.csv:2: time_s is empty, expected a number at least 0");
  CHECK(message_about("device,time_s\na,soon\n") == "d.csv:2: time_s is \"soon\", expected a number at least 0");
  CHECK(message_about("device,time_s,speed\na,0,0\n") == "d.csv:2: speed is \"0\", expected a number above 0");
  CHECK(message_about("device,time_s,speed\na,0,inf\n") == "d.csv:2: speed is \"inf\", expected a number above 0");
  CHECK(message_about("device,time_s,available\na,0,yes\n") == "d.csv:2: available is \"yes\", expected 0 or 1");
  CHECK(message_about("device,time_s,up_bytes_per_s\na,0,-1\n") ==
        "d.csv:2: up_bytes_per_s is \"-1\", expected a rate above 0");
}

TEST_CASE("Impossible times, and devices that never come back, are refused") {
  CHECK(message_about("device,time_s\na,3\n") ==
        "d.csv:2: device \"a\" begins at 3 s, expected its first row at time 0");
  CHECK(message_about("device,time_s\na,0\na,2\nb,0\na,2\n") ==
        "d.csv:5: device \"a\" has time_s 2 after 2, expected times that ascend");
  CHECK(message_about("device,time_s\na,0\na,9\n", 9s) == "d.csv:3: time_s is 9, expected less than the period of 9 s");
  CHECK(message_about("device,time_s,available\na,0,1\na,5,0\n") ==
        "d.csv: device \"a\" is unavailable from 5 s on for good, expected a later row with available 1, or a period");
  CHECK(message_about("device,time_s,available\na,0,1\na,5,0\n", 9s) == "");
  CHECK(message_about("device,time_s,available\na,0,0\n", 9s) ==
        "d.csv: device \"a\" is never available, expected a row with available 1");
  CHECK(message_of<InputError>([] { read_device_traces("no/such.csv"); }) == "no/such.csv: no such file");
}

TEST_CASE("Nodes are devices in turn or at random, and an additional node changes no other node's device") {
  CHECK(assigned_devices(Devices::Assignment::in_order, 5, 2, 1) == std::vector<std::size_t>{0, 1, 0, 1, 0});
  const auto few = assigned_devices(Devices::Assignment::random, 1000, 4, 1);
  const auto many = assigned_devices(Devices::Assignment::random, 2000, 4, 1);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  // Each of 4 has a quarter of 2000 within four standard deviations, √(2000 · 1/4 · 3/4) = 19.4.
  for (std::size_t d = 0; d < 4; ++d)
    CHECK(std::abs(static_cast<double>(std::count(many.begin(), many.end(), d)) - 500) < 4 * 19.4);
}

TEST_CASE("A device's link has the file's changing rates, away or not, and default rates if the file has none") {
  const auto traces = read(std::string{columns} + "a,0,,,1e6,\na,10,,0,5e5,\na,20,,1,1e6,4e6\n", 30s);
  const auto time = [](const ChangingRate& rate, double start, double bytes) {
    return rate.elapsed(Seconds{start}, bytes).count();
  };
  CHECK(time(traces[0].sending(3), 8, 3e6) == 2 + 2);         // 2 MB until 10 s, 1 MB at half the rate
  CHECK(time(traces[0].sending(3), 29, 12e6) == 1 + 10 + 2);  // 1 MB, then 10 MB of the next period, then 1 MB
  CHECK(time(traces[0].receiving(2e6), 19, 6e6) == 1 + 1);
}

TEST_CASE("Devices multiply the times of any law, from the start of the step on") {
  const auto law = with_devices(Devices::Assignment::in_order, {phone, {.device = "plain", .states = {{}}}},
                                step_times(ConstantStep{.step = 1s}), 4, 1);
  for (const NodeId i : {0, 2}) {
    CHECK(law->duration(i, 0, 0s) == Seconds{0.5});
    CHECK(law->duration(i, 1, 12s) == Seconds{2});
    CHECK(law->duration(i, 1, 25s) == Seconds{6});
  }
  CHECK(law->duration(1, 1, 25s) == Seconds{1});
}

}  // namespace
}  // namespace gossamer
