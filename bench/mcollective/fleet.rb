# Many mcollectived: one child for each configuration file given, forked once the program is loaded, so that a fleet starts in
# seconds. Each child runs the main loop that mcollectived runs. Says "ready", and ends them all when its input ends.
require 'mcollective'
require 'mcollective/runner'

children = ARGV.map do |config|
  fork do
    $stdin.reopen(File::NULL)
    $stdout.reopen("#{config}.out")
    $stderr.reopen($stdout)
    MCollective::Config.instance.loadconfig(config)
    MCollective::Runner.new(config).main_loop
  end
end

begin
  puts 'ready'
  $stdout.flush
  $stdin.read
ensure
  children.each { |child| Process.kill('KILL', child) }
  Process.waitall
end
