#include "sim/network/links/links.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include <doctest/doctest.h>

#include "sim/ground/csv_table.hpp"
#include "sim/network/models/alpha_beta.hpp"
#include "sim/network/models/nic.hpp"
#include "sim/network/registry.hpp"
#include "tests/sim/network/clock.hpp"
#include "tests/temporary_folder.hpp"

namespace gossamer {
namespace {

using namespace std::chrono_literals;
using testing::check_time;
using testing::Clock;

LatencyMatrix read(const std::string& text, NodeId nodes = 2) {
  const TemporaryFolder folder;
  return read_latency_matrix(folder.write("m.csv", text), nodes);
}

TEST_CASE("A matrix contains times one way or round trips, in seconds or milliseconds") {
  const auto first = [](const std::string& text) { return read(text).between(0, 1); };
  check_time(first("latency_s,a,b\na,,0.25\nb,0.5,\n"), 250ms);
  check_time(first("latency_ms,a,b\na,,250\nb,500,\n"), 250ms);
  check_time(first("rtt_s,a,b\na,,0.5\nb,1,\n"), 250ms);
  check_time(first("rtt_ms,a,b\na,,500\nb,1e3,\n"), 250ms);
}

TEST_CASE("Rows are senders, columns receivers, and node i is at site i mod m") {
  const LatencyMatrix matrix = read("# two\nlatency_s, a, b\n\n a, 1, 2\n b, 3, 4\n", 5);
  CHECK(matrix.sites == std::vector<std::string>{"a", "b"});
  const auto links = links_between_sites(matrix, 1e6, 5);
  const auto latency = [&](NodeId from, NodeId to) { return links->between(from, to).latency.count(); };
  CHECK(latency(0, 1) == 2);
  CHECK(latency(1, 0) == 3);
  CHECK(latency(0, 2) == 1);
  CHECK(latency(3, 4) == 3);
  CHECK(latency(1, 3) == 4);
  CHECK(links->between(0, 1).bandwidth == 1e6);
  CHECK(links->least_latency() == 1s);
  CHECK(links_between_sites(matrix, 1e6, 2)->least_latency() == 2s);  // nobody shares a site
}

TEST_CASE("Messages take the matrix's latency of their direction; an announced one 2 L there and L back") {
  const PathContext context{.links = links_between_sites(read("latency_ms,a,b\na,,10\nb,40,\n"), 1e6, 2), .seed = 1};
  AlphaBeta settings{.latency = 77s, .bandwidth = 1e6};
  settings.protocol.rendezvous_threshold = 1000;
  AlphaBetaNetwork network{settings, context};
  Clock clock{network};
  clock.send(0s, 0, 1, 1000);
  clock.send(0s, 1, 0, 1000);
  clock.send(1s, 0, 1, 2000);
  clock.run();
  check_time(clock.arrivals[0], 11ms);
  check_time(clock.arrivals[1], 41ms);
  check_time(clock.arrivals[2], 1s + 2 * 10ms + 40ms + 2ms);
}

TEST_CASE("A file that is no matrix is refused with line, column, found and expected content") {
  const auto message_about = [](const std::string& text, NodeId nodes = 2) {
    const std::string message = message_of<InputError>([&] { read(text, nodes); });
    return message.substr(std::min(message.find("m.csv"), message.size()));
  };
  const std::string units = "latency_s, latency_ms, rtt_s or rtt_ms, then the names of the sites";
  CHECK(message_about("") == "m.csv: the file is empty");
  CHECK(message_about("\n") == "m.csv: is empty, expected a line with the names of its columns, " + units);
  CHECK(message_about("0,1\n1,0\n") == "m.csv:1: begins with \"0\", expected " + units);
  CHECK(message_about("rtt_s;a\na;0\n") ==
        "m.csv:1: \"rtt_s;a\" holds no comma, expected fields with commas between them");
  CHECK(message_about("rtt_s,a,\n") == "m.csv:1: column 3 has no name, expected one for each");
  CHECK(message_about("latency_ms\n") == "m.csv:1: no site, expected at least one after the unit");
  CHECK(message_about("rtt_s,a,a\n") == "m.csv:1: the column \"a\" stands there twice, expected each once");
  CHECK(message_about("rtt_s,a,b\na,0,1\nb,fast,0\n") == "m.csv:3: a is \"fast\", expected a number at least 0");
  CHECK(message_about("rtt_s,a,b\na,0,-1\nb,1,0\n") == "m.csv:2: b is \"-1\", expected a number at least 0");
  CHECK(message_about("rtt_s,a,b\na,0,\nb,1,0\n") == "m.csv:2: b is empty, expected a number at least 0");
  CHECK(message_about("rtt_s,a,b\na,0\nb,1,0\n") == "m.csv:2: 2 fields, expected 3 as in the first line");
  CHECK(message_about("rtt_s,a,b\nb,1,0\na,0,1\n") ==
        "m.csv:2: the row of \"b\", expected that of \"a\": rows stand in the order of the columns");
  CHECK(message_about("rtt_s,a,b\na,0,1\n") == "m.csv: 1 rows, expected 2: one for each column");
  CHECK(message_about("rtt_s,a,b\na,0,1\nb,1,0\nc,1,1\n") ==
        "m.csv:4: a row too many, expected 2: one for each column");
  CHECK(message_about("rtt_s,a,b\na,,1\nb,1,\n", 3) ==
        "m.csv:2: a is empty, expected the time between nodes 0 and 2, which are both there");
  CHECK(message_about("rtt_s,a,b\na,,1\nb,1,\n", 2).empty());
  CHECK(message_of<InputError>([] { read_latency_matrix("no/such.csv", 2); }) == "no/such.csv: no such file");
}

LinkList read_list(const std::string& text, NodeId nodes = 6) {
  const TemporaryFolder folder;
  return read_link_list(folder.write("l.csv", text), nodes);
}

TEST_CASE("Listed links have latencies and bandwidths of their own, in both directions unless both are listed") {
  const auto list = read_list("to,from,latency_ms,bandwidth_bytes_per_s\n1,0,40,\n5,2,,2e6\n0,1,,4e6\n");
  const auto check = [](Link link, Seconds latency, double bandwidth) {
    check_time(link.latency, latency);
    CHECK(link.bandwidth == bandwidth);
  };
  const auto links = listed_links(list, {3ms, 1e6}, nullptr);
  check(links->between(0, 1), 40ms, 1e6);
  check(links->between(1, 0), 3ms, 4e6);
  check(links->between(2, 5), 3ms, 2e6);
  check(links->between(5, 2), 3ms, 2e6);
  check(links->between(0, 2), 3ms, 1e6);
  CHECK(links->least_latency() == 3ms);
  const auto on_points = listed_links(list, {3ms, 1e6}, links_in(Geometry::disk, {50ms, 1e6}, 10ms, 6, 1));
  check(on_points->between(0, 1), 40ms, 1e6);
  CHECK(on_points->between(2, 5).latency > 50ms);
  CHECK(on_points->least_latency() == 40ms);
}

TEST_CASE("Messages flow at the bandwidth of their link, between cards at that of the narrowest") {
  const auto list = read_list("from,to,latency_s,bandwidth_bytes_per_s\n0,1,1,5e5\n2,3,1,4e6\n");
  const auto check = [](Network& network, Seconds narrow, Seconds wide) {
    Clock clock{network};
    clock.send(0s, 0, 1, 1000);
    clock.send(0s, 3, 2, 1000);
    clock.run();
    check_time(clock.arrivals[0], 1s + narrow);
    check_time(clock.arrivals[1], 1s + wide);
  };
  AlphaBetaNetwork links{{.latency = 3ms, .bandwidth = 1e6},
                         {.links = listed_links(list, {3ms, 1e6}, nullptr), .seed = 1}};
  check(links, 2ms, 0.25ms);
  const double unlimited = std::numeric_limits<double>::infinity();
  NicNetwork cards{
      {.latency = 3ms, .bandwidth = 1e6}, 6, {.links = listed_links(list, {3ms, unlimited}, nullptr), .seed = 1}};
  check(cards, 2ms, 1ms);
}

TEST_CASE("On a link that is slower than its cards a short message waits for a long one before it") {
  // The card is done with the long one after 4 ms, the link after 8 ms.
  const LinkList list{{{0, 1}, {.latency = 1s, .bandwidth = 5e5}}};
  NicNetwork network{
      {.latency = 3ms, .bandwidth = 1e6}, 2, {.links = listed_links(list, {3ms, 1e6}, nullptr), .seed = 1}};
  Clock clock{network};
  clock.send(0s, 0, 1, 4000);
  clock.send(0s, 0, 1, 100);
  clock.run();
  check_time(clock.arrivals[0], 1s + 8ms);
  CHECK(clock.arrivals[1] >= clock.arrivals[0]);
  CHECK(clock.arrivals[1] < 1s + 8.2ms);
}

TEST_CASE("A file that lists no links is refused with line, found and expected content") {
  const auto message_about = [](const std::string& text) {
    const std::string message = message_of<InputError>([&] { read_list(text); });
    return message.substr(std::min(message.find("l.csv"), message.size()));
  };
  CHECK(
      message_about("from,to,latency\n") ==
      "l.csv:1: unknown column \"latency\", expected some of: from, to, latency_s, latency_ms, bandwidth_bytes_per_s");
  CHECK(message_about("from,to,latency_s,latency_ms\n") ==
        "l.csv:1: both columns \"latency_s\" and \"latency_ms\", expected one of them");
  CHECK(message_about("from,to\n") == "l.csv: holds no link, expected at least one row");
  CHECK(message_about("from,to\n0,6\n") == "l.csv:2: to is \"6\", expected a node from 0 to 5");
  CHECK(message_about("from,to\n0.5,1\n") == "l.csv:2: from is \"0.5\", expected a node from 0 to 5");
  CHECK(message_about("from,to\n,1\n") == "l.csv:2: from is empty, expected a node from 0 to 5");
  CHECK(message_about("from,to\n1,1\n") == "l.csv:2: a link from 1 to itself, expected two different nodes");
  CHECK(message_about("from,to\n0,1\n1,0\n0,1\n") ==
        "l.csv:4: the link from 0 to 1 stands there twice, expected each once");
  CHECK(message_about("from,to,latency_s\n0,1,-1\n") == "l.csv:2: latency_s is \"-1\", expected a number at least 0");
  CHECK(message_about("from,to,bandwidth_bytes_per_s\n0,1,0\n") ==
        "l.csv:2: bandwidth_bytes_per_s is \"0\", expected bytes per second above 0");
}

TEST_CASE("Distances of points in a square and a disk have the means that geometry gives") {
  // Disjoint pairs are independent. E d² is 1/3 in the square and 1 in the disk, which with the mean gives the
  // variance.
  const auto check_mean = [](Geometry geometry, double mean, double mean_square) {
    const int pairs = 20000;
    const auto links = links_in(geometry, {0s, 1e6}, 1s, 2 * pairs, 1);
    double sum = 0;
    for (NodeId k = 0; k < pairs; ++k) sum += links->between(2 * k, 2 * k + 1).latency.count();
    CHECK(std::abs(sum / pairs - mean) < 4 * std::sqrt((mean_square - mean * mean) / pairs));
  };
  const double root = std::numbers::sqrt2;
  check_mean(Geometry::square, (2 + root + 5 * std::log(1 + root)) / 15, 1.0 / 3);
  check_mean(Geometry::disk, 128 / (45 * std::numbers::pi), 1);
}

TEST_CASE("A link takes base latency and distance, both ways, wherever there are more nodes") {
  const auto few = links_in(Geometry::square, {2ms, 1e6}, 10ms, 3, 7),
             many = links_in(Geometry::square, {2ms, 1e6}, 10ms, 30, 7);
  const auto twice = links_in(Geometry::square, {2ms, 1e6}, 20ms, 3, 7),
             other = links_in(Geometry::square, {2ms, 1e6}, 10ms, 3, 8);
  const auto latency = [](const auto& links) { return links->between(0, 2).latency; };
  CHECK(latency(many) == latency(few));
  CHECK(few->between(2, 0).latency == latency(few));
  CHECK(latency(other) != latency(few));
  CHECK(latency(few) > 2ms);
  check_time(latency(twice) - 2ms, 2 * (latency(few) - 2ms));
  CHECK(few->between(0, 2).bandwidth == 1e6);
  CHECK(few->least_latency() == 2ms);
}

TEST_CASE("Settings reach the network by their names, and two sources of latencies are refused") {
  const TemporaryFolder folder;
  const auto path = folder.write("m.csv", "latency_ms,a,b\na,,10\nb,40,\n");
  const NetworkContext context{.nodes = 2, .seed = 1, .resolve = [&](const std::string&) { return path; }};
  int with_links = 0;
  for (const auto& entry : networks()) {
    Values values = defaults(entry.settings);
    if (!values.contains("latencies")) continue;
    ++with_links;
    CAPTURE(entry.name);
    values["latencies"] = std::string{"m.csv"};
    values["overhead"] = 1e-3;
    values["bandwidth"] = 1e6;
    const auto network = entry.make(values, context);
    Clock clock{*network};
    clock.send(0s, 1, 0, 1000);
    clock.run();
    check_time(clock.arrivals[0], 1ms + 40ms + 1ms + 1ms);
    values["geometry"] = std::string{"disk"};
    CHECK_THROWS_WITH_AS(entry.make(values, context), "both latencies and a geometry are given, expected one of them",
                         NetworkError);
  }
  CHECK(with_links == 2);
}

}  // namespace
}  // namespace gossamer
