// The entry of every npm script: refuses a Node that cannot work, then hands over. Old syntax only, and nothing
// imported before the check, so that an old Node reaches the line that tells its user what to do.
var LEAST_NODE_MAJOR = 20;

if (Number(process.versions.node.split('.')[0]) < LEAST_NODE_MAJOR) {
  console.error(
    'OrderBridge needs Node ' +
      LEAST_NODE_MAJOR +
      ' or newer, and this is ' +
      process.version +
      ': install a current Node from nodejs.org and run the same command again',
  );
  process.exit(1);
}

import('./toolchain/run-command.mjs')
  .then(function (module) {
    return module.runCommand(process.argv[2], process.argv.slice(3));
  })
  .catch(function (error) {
    console.error(error);
    process.exit(1);
  });
