// Plain JavaScript on purpose: it has to run on whatever Node the machine has, to say that it is the wrong one.
const requiredMajor = 24;
const foundMajor = Number(process.versions.node.split('.')[0]);
if (foundMajor < requiredMajor) {
  console.error(
    `This project runs on Node ${requiredMajor} or newer, found ${process.version}.\n` +
      'The right one comes with the project as the dev dependency "node"; its install script seems to have been skipped.\n' +
      'Run: npm rebuild node   (npm 12 and newer: npm install-scripts approve node, then npm ci)',
  );
  process.exit(1);
}
