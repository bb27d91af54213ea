# One long-lived client of mcollective that already knows its nodes: session.rb CONFIG NODES
# Led by lines as the Talker is: "run ROUNDS" answers "round MICROSECONDS ANSWERS" for each round, then "done".
require 'mcollective'
include MCollective::RPC

options = MCollective::Util.default_options
options[:config] = ARGV[0]
client = rpcclient('rpcutil', options: options)
client.progress = false
client.discover(nodes: File.readlines(ARGV[1], chomp: true))
clock = -> { Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond) }

$stdout.sync = true
puts 'ready'
while (line = $stdin.gets)
  line.split[1].to_i.times do
    start = clock.call
    answers = client.ping.count { |answer| (answer[:statuscode]).zero? }
    puts "round #{clock.call - start} #{answers}"
  end
  puts 'done'
end
client.disconnect
